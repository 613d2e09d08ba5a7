/** One document per keyed hash and request: what was erased is known again when it turns up. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { RegisterEntry } from '@lethe/subject-footprint';

interface EntryDocument extends Omit<RegisterEntry, 'id'> {
  readonly _id: string;
}

const collection = 'erasure-register';

export const erasureRegister = {
  collection,
  indexes: [
    { collection, keys: { hash: 1 } },
    { collection, keys: { requestId: 1 } },
  ] as const,
  /** An entry that is there stays: its cut-off may be known already. */
  add: ({ id, ...entry }: RegisterEntry): BulkWrite => ({
    collection,
    operation: { updateOne: { filter: { _id: id as never }, update: { $setOnInsert: entry }, upsert: true } },
  }),
  put: ({ id, ...entry }: RegisterEntry): BulkWrite => ({
    collection,
    operation: { replaceOne: { filter: { _id: id as never }, replacement: entry } },
  }),
  withHashes: async (reader: Reader, hashes: readonly string[]): Promise<readonly RegisterEntry[]> => {
    if (hashes.length === 0) return [];
    const found = await reader.find<EntryDocument>(collection, { hash: { $in: hashes } });
    return found.map(entryOf);
  },
  ofRequests: async (reader: Reader, requestIds: readonly string[]): Promise<readonly RegisterEntry[]> => {
    const found = await reader.find<EntryDocument>(collection, { requestId: { $in: requestIds } });
    return found.map(entryOf);
  },
};

function entryOf({ _id, ...entry }: EntryDocument): RegisterEntry {
  return { id: _id, ...entry };
}
