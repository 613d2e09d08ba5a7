/** The relay's one document: who publishes for this service, which batch is in hand, which were cleared. */
import type { Db } from 'mongodb';
import type { Store } from '@lethe/store';

export interface RelayDocument {
  readonly _id: string;
  /** Grows with every taking of the lease: a former owner's updates match nothing. */
  readonly token: number;
  readonly until: Date;
  /** The number of the newest batch. Numbers come from here alone. */
  readonly last: number;
  /** The newest batch whose outbox documents are gone. */
  readonly cleared: number;
  /** The outbox documents of batch `last`, until it is cleared. */
  readonly ids: readonly string[];
}

function relays(db: Db) {
  return db.collection<RelayDocument>('relay');
}

export async function prepareRelay(store: Store, service: string): Promise<void> {
  await relays(store.db).updateOne(
    { _id: service },
    { $setOnInsert: { token: 0, until: new Date(0), last: 0, cleared: 0, ids: [] } },
    { upsert: true },
  );
}

/** Takes the lease if it is free by the database's clock, and makes every earlier owner's token worthless. */
export async function takeLease(store: Store, service: string, leaseMs: number): Promise<RelayDocument | null> {
  return relays(store.db).findOneAndUpdate(
    { _id: service, $expr: { $lt: ['$until', '$$NOW'] } },
    [{ $set: { token: { $add: ['$token', 1] }, until: { $add: ['$$NOW', leaseMs] } } }],
    { returnDocument: 'after' },
  );
}

export async function readRelay(store: Store, service: string): Promise<RelayDocument | null> {
  return relays(store.db).findOne({ _id: service });
}

/** The next three match the token: false means that the lease was lost. */
export async function beginBatch(
  store: Store,
  held: { readonly service: string; readonly token: number; readonly leaseMs: number },
  ids: readonly string[],
): Promise<number | null> {
  const updated = await relays(store.db).findOneAndUpdate(
    { _id: held.service, token: held.token },
    [{ $set: { last: { $add: ['$last', 1] }, ids: { $literal: ids }, until: { $add: ['$$NOW', held.leaseMs] } } }],
    { returnDocument: 'after' },
  );
  return updated?.last ?? null;
}

export async function endBatch(
  store: Store,
  held: { readonly service: string; readonly token: number },
  batch: number,
): Promise<boolean> {
  const result = await relays(store.db).updateOne(
    { _id: held.service, token: held.token, last: batch },
    { $set: { cleared: batch, ids: [] } },
  );
  return result.matchedCount === 1;
}

/** Batch numbers never fall behind the position that Kafka knows (a MongoDB restored behind Kafka would lose a batch). */
export async function catchUp(
  store: Store,
  held: { readonly service: string; readonly token: number },
  position: number,
): Promise<boolean> {
  const result = await relays(store.db).updateOne(
    { _id: held.service, token: held.token },
    { $max: { last: position } },
  );
  return result.matchedCount === 1;
}

export async function renewLease(
  store: Store,
  held: { readonly service: string; readonly token: number; readonly leaseMs: number },
): Promise<boolean> {
  const result = await relays(store.db).updateOne({ _id: held.service, token: held.token }, [
    { $set: { until: { $add: ['$$NOW', held.leaseMs] } } },
  ]);
  return result.matchedCount === 1;
}

/** For quiet at a shutdown; safety does not depend on it. */
export async function releaseLease(
  store: Store,
  held: { readonly service: string; readonly token: number },
): Promise<void> {
  await relays(store.db).updateOne({ _id: held.service, token: held.token }, { $set: { until: new Date(0) } });
}

/** An operator says which position holds, after the relay stood still because Kafka's is behind what was cleared. */
export async function adoptPosition(store: Store, service: string, cleared: number, keepBatch: boolean): Promise<void> {
  await relays(store.db).updateOne(
    { _id: service },
    { $set: { cleared, ...(keepBatch ? {} : { ids: [] }) }, $inc: { token: 1 } },
  );
}
