/** The relay's one document: who publishes for this service, which batch is in hand, which were cleared. */
import type { ClientSession, Db } from 'mongodb';
import type { Store } from '@lethe/store';
import { outbox } from './outbox.ts';

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

/**
 * What a takeover finds: `halted` when Kafka's position is behind what was cleared while a batch is pending, so that
 * nobody can know whether that batch was published.
 */
export type RelayJudgement = 'clear' | 'unpublished' | 'published' | 'halted';

export function judgeRelay({ last, cleared, ids }: RelayDocument, position: number): RelayJudgement {
  if (last <= cleared || ids.length === 0) return 'clear';
  if (position < cleared) return 'halted';
  return last > position ? 'unpublished' : 'published';
}

/**
 * An operator says what became of the pending batch of a relay that stands still: from now on Kafka's position holds.
 * False: the relay has changed since it was read.
 */
export async function adoptPosition(
  db: Db,
  relay: RelayDocument,
  position: number,
  pending: 'publish' | 'clear',
  session: ClientSession,
): Promise<boolean> {
  const { _id, last, cleared } = relay;
  // Not the token: a relay that stands still takes its lease again and again, and changes nothing else.
  const result = await relays(db).updateOne(
    { _id, last, cleared },
    { $set: { cleared: position, ...(pending === 'clear' && { ids: [] }) }, $inc: { token: 1 } },
    { session },
  );
  if (pending === 'clear') await outbox(db).deleteMany({ _id: { $in: [...relay.ids] } }, { session });
  return result.matchedCount === 1;
}
