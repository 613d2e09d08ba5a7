import type { AnyBulkWriteOperation, BulkWriteResult, ClientSession, Db, Document } from 'mongodb';

/**
 * One bulk write inside a transaction. Ordered, so that it stops at the first error: an unordered one goes on after a
 * duplicate key, in a transaction that the duplicate key has ended, and what comes back then says "try again" where
 * "read again" is meant. Inserts, updates and deletes each travel together, as an unordered one would send them.
 */
export async function writeInBulk<T extends Document>(
  db: Db,
  collection: string,
  operations: readonly AnyBulkWriteOperation<T>[],
  session: ClientSession,
): Promise<BulkWriteResult> {
  const sorted = operations.toSorted((one, other) => rankOf(one) - rankOf(other));
  return db.collection<T>(collection).bulkWrite(sorted, { session, ordered: true });
}

function rankOf(operation: object): number {
  if ('insertOne' in operation) return 0;
  return 'deleteOne' in operation || 'deleteMany' in operation ? 2 : 1;
}
