/**
 * What a service has decided to say and not yet said: one document per transaction, its events in an array (measured:
 * twice the throughput of one document per event).
 */
import type { ClientSession, Db, Document } from 'mongodb';
import type { Store } from '@lethe/store';

/** One message to publish. Its id stays the same however often the relay has to try. */
export interface OutboxEntry {
  readonly topic: string;
  readonly key: string | null;
  readonly id: string;
  /** The event's name; null for a dead letter, which brings its own headers. */
  readonly name: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
  /** The encoded event; null when its boxes are still to be opened at the edge. */
  readonly value: Buffer | null;
  /** The event with its identifiers sealed: the relay opens them for this one topic. */
  readonly opens: Document | null;
  /** W3C traceparent of what decided it, when that is recorded. */
  readonly trace?: string;
}

export interface OutboxDocument {
  readonly _id: string;
  /** The order of publication. */
  readonly pos: number;
  readonly at: Date;
  readonly count: number;
  readonly bytes: number;
  readonly entries: readonly OutboxEntry[];
}

export interface OutboxDepth {
  readonly events: number;
  readonly oldestMs: number;
}

/** MongoDB takes 16 MB; the relay wants several documents in a batch. */
export const LARGEST_OUTBOX_BYTES = 4_000_000;

const COLLECTION = 'outbox';

export function outbox(db: Db) {
  return db.collection<OutboxDocument>(COLLECTION);
}

export async function prepareOutbox(db: Db): Promise<void> {
  await outbox(db).createIndex({ pos: 1 });
}

export async function addToOutbox(db: Db, document: OutboxDocument, session: ClientSession): Promise<void> {
  await outbox(db).insertOne(document, { session });
}

/**
 * The oldest documents in the order of publication, as of one snapshot. The read concern stands on the operation: a
 * session's snapshot option is silently ignored when the client has a read concern of its own.
 */
export async function readOutbox(store: Store, most: { readonly documents: number; readonly bytes: number }) {
  const found: OutboxDocument[] = [];
  let bytes = 0;
  const cursor = outbox(store.db)
    .find({}, { readConcern: { level: 'snapshot' } })
    .sort({ pos: 1, _id: 1 })
    .limit(most.documents);
  for await (const document of cursor) {
    bytes += document.bytes;
    if (found.length > 0 && bytes > most.bytes) break;
    found.push(document);
  }
  return found as readonly OutboxDocument[];
}

export async function readOutboxDocuments(store: Store, ids: readonly string[]): Promise<readonly OutboxDocument[]> {
  return outbox(store.db)
    .find({ _id: { $in: ids } })
    .sort({ pos: 1, _id: 1 })
    .toArray();
}

export async function removeFromOutbox(store: Store, ids: readonly string[]): Promise<void> {
  await outbox(store.db).deleteMany({ _id: { $in: ids } });
}

/** How much waits, and for how long, by the database's clock. */
export async function outboxDepth(store: Store): Promise<OutboxDepth> {
  const [sum] = await outbox(store.db)
    .aggregate<{ events: number; oldestMs: number }>([
      { $group: { _id: null, events: { $sum: '$count' }, oldest: { $min: '$at' } } },
      { $project: { events: 1, oldestMs: { $subtract: ['$$NOW', '$oldest'] } } },
    ])
    .toArray();
  return { events: sum?.events ?? 0, oldestMs: Math.max(0, sum?.oldestMs ?? 0) };
}
