/**
 * What an operator decides where a service stands still. The decision and the fact that tells of it become true
 * together: the fact goes out by the service's own relay.
 */
import { randomUUID } from 'node:crypto';
import type { ClientSession } from 'mongodb';
import type { FenceAdopted } from '@lethe/contracts';
import { type Store, StoreError, transact } from '@lethe/store';
import { type FenceDocument, fences } from './offset-fence.ts';
import { addToOutbox, type OutboxEntry } from './outbox.ts';
import { outboxEntry } from './outgoing.ts';
import { adoptPosition, type RelayDocument } from './relay-document.ts';

export interface Adoption {
  readonly prefix: string;
  readonly service: string;
  readonly actor: string;
  /** A code, never free text. */
  readonly reason: string;
}

/**
 * The service goes on at `next` of the topic that has this id now.
 * @throws StoreError `conflict` when the fence has changed since it was read
 */
export async function adoptFence(
  store: Store,
  adoption: Adoption,
  found: FenceDocument,
  to: { readonly topicId: string; readonly next: number },
): Promise<void> {
  const { _id, topicId, next, startAt, topic, partition } = found;
  const change = found.passing ? { startAt: to.next } : { next: to.next };
  await transact(store, async (session) => {
    const result = await fences(store.db).updateOne(
      { _id, topicId, next, startAt },
      { $set: { ...change, topicId: to.topicId, at: new Date() } },
      { session },
    );
    if (result.matchedCount !== 1) throw new StoreError('conflict', 'the fence has changed since it was read');
    await tell(store, adoption, { topic, partition, from: next, to: to.next }, session);
  });
}

/**
 * Kafka's position holds from now on, and the pending batch is published again or taken as published.
 * @throws StoreError `conflict` when the relay has changed since it was read
 */
export async function adoptRelay(
  store: Store,
  adoption: Adoption,
  found: RelayDocument,
  to: { readonly positionsTopic: string; readonly position: number; readonly pending: 'publish' | 'clear' },
): Promise<void> {
  await transact(store, async (session) => {
    const adopted = await adoptPosition(store.db, found, to.position, to.pending, session);
    if (!adopted) throw new StoreError('conflict', 'the relay has changed since it was read');
    const place = { topic: to.positionsTopic, partition: 0, from: found.cleared, to: to.position };
    await tell(store, adoption, place, session);
  });
}

async function tell(
  store: Store,
  { prefix, service, actor, reason }: Adoption,
  place: Pick<FenceAdopted, 'topic' | 'partition' | 'from' | 'to'>,
  session: ClientSession,
): Promise<void> {
  const at = new Date();
  const outlets = new Map([['FenceAdopted', { pattern: 'lethe.operator-events', opens: false }]] as const);
  const fact = { event: 'FenceAdopted', actor, service, reason, adoptedAt: at, ...place } as const;
  const entry: OutboxEntry = outboxEntry(fact, { prefix, service, outlets, newId: randomUUID, open: nothingToOpen });
  const bytes = entry.value?.length ?? 0;
  await addToOutbox(store.db, { _id: randomUUID(), pos: at.getTime(), at, count: 1, bytes, entries: [entry] }, session);
}

function nothingToOpen(): never {
  throw new Error('an adoption holds no box');
}
