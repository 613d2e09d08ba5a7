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

/** From the fence as it was found to where the service goes on: at `next` of the topic that has this id now. */
export interface FenceMove {
  readonly found: FenceDocument;
  readonly topicId: string;
  readonly next: number;
}

/**
 * All of them or none.
 * @throws StoreError `conflict` when a fence has changed since it was read; nothing was changed then
 */
export async function adoptFences(store: Store, adoption: Adoption, moves: readonly FenceMove[]): Promise<void> {
  if (moves.length === 0) return;
  await transact(store, async (session) => {
    for (const { found, topicId, next } of moves) {
      const change = found.passing ? { startAt: next } : { next };
      const result = await fences(store.db).updateOne(
        { _id: found._id, topicId: found.topicId, next: found.next, startAt: found.startAt },
        { $set: { ...change, topicId, at: new Date() } },
        { session },
      );
      if (result.matchedCount !== 1) {
        const which = `${found.topic}/${found.partition}`;
        throw new StoreError('conflict', `the fence of ${which} has changed since it was read; nothing was changed`);
      }
    }
    const places = moves.map(({ found: { topic, partition, next: from }, next: to }) => ({
      topic,
      partition,
      from,
      to,
    }));
    await tell(store, adoption, places, session);
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
    await tell(store, adoption, [place], session);
  });
}

async function tell(
  store: Store,
  { prefix, service, actor, reason }: Adoption,
  places: readonly Pick<FenceAdopted, 'topic' | 'partition' | 'from' | 'to'>[],
  session: ClientSession,
): Promise<void> {
  const at = new Date();
  const outlets = new Map([['FenceAdopted', { pattern: 'lethe.operator-events', opens: false }]] as const);
  const entries = places.map((place): OutboxEntry => {
    const fact = { event: 'FenceAdopted', actor, service, reason, adoptedAt: at, ...place } as const;
    return outboxEntry(fact, { prefix, service, outlets, newId: randomUUID, open: nothingToOpen });
  });
  const bytes = entries.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
  const document = { _id: randomUUID(), pos: at.getTime(), at, count: entries.length, bytes, entries };
  await addToOutbox(store.db, document, session);
}

function nothingToOpen(): never {
  throw new Error('an adoption holds no box');
}
