import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import { writeInBulk } from './bulk.ts';
import { StoreError } from './errors.ts';

/** One aggregate: its state, the version that every write checks, and its place in the order of publication. */
export interface RecordDocument<S> {
  readonly _id: string;
  readonly version: number;
  /** The outbox position of its newest change: what it says next is published behind that. */
  readonly pos: number;
  /** W3C traceparent of the trace that opened it, when that is recorded: what it says later belongs there too. */
  readonly trace?: string;
  readonly state: S;
}

/** A change of one record, from the version that was read. Version 0 = it was not there. */
export interface RecordChange<S> {
  readonly id: string;
  readonly from: number;
  readonly pos: number;
  readonly trace?: string;
  readonly state: S;
}

export async function loadRecords<S>(
  db: Db,
  collection: string,
  ids: readonly string[],
  session?: ClientSession,
): Promise<Map<string, RecordDocument<S>>> {
  if (ids.length === 0) return new Map();
  const found = await db
    .collection<RecordDocument<S>>(collection)
    .find({ _id: { $in: ids } }, { ...(session && { session }) })
    .toArray();
  return new Map(found.map((document) => [document._id, document as RecordDocument<S>]));
}

/**
 * Writes all changes in one bulk, each only if the record still has the version that was read.
 * @throws StoreError `conflict` when one of them has moved on (a duplicate key means the same, see transact).
 */
export async function writeRecords<S>(
  db: Db,
  collection: string,
  changes: readonly RecordChange<S>[],
  session: ClientSession,
): Promise<void> {
  if (changes.length === 0) return;
  const operations = changes.map(({ id, from, pos, trace, state }): AnyBulkWriteOperation<RecordDocument<S>> => {
    const document = { _id: id, version: from + 1, pos, ...(trace !== undefined && { trace }), state };
    return from === 0
      ? { insertOne: { document: document } }
      : { replaceOne: { filter: { _id: id, version: from }, replacement: document } };
  });
  const result = await writeInBulk(db, collection, operations, session);
  const written = result.insertedCount + result.matchedCount;
  if (written !== changes.length) {
    throw new StoreError('conflict', `${changes.length - written} of ${changes.length} records have moved on`);
  }
}
