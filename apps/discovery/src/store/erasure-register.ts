/** One document per keyed hash and request: what was erased is known again when it turns up. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { Store } from '@lethe/store';
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
  add: ({ id, alsoUnder, ...entry }: RegisterEntry): BulkWrite => {
    const update = {
      $setOnInsert: entry,
      ...(alsoUnder !== undefined && { $addToSet: { alsoUnder: { $each: alsoUnder } } }),
    };
    return { collection, operation: { updateOne: { filter: { _id: id as never }, update, upsert: true } } };
  },
  put: ({ id, ...entry }: RegisterEntry): BulkWrite => ({
    collection,
    operation: { replaceOne: { filter: { _id: id as never }, replacement: entry } },
  }),
  /** Under its new name, in place of the entry under the old one. */
  rename: (from: RegisterEntry, { id, ...entry }: RegisterEntry): readonly BulkWrite[] => [
    { collection, operation: { replaceOne: { filter: { _id: id as never }, replacement: entry, upsert: true } } },
    { collection, operation: { deleteOne: { filter: { _id: from.id as never } } } },
  ],
  withIds: async (reader: Reader, ids: readonly string[]): Promise<readonly RegisterEntry[]> => {
    if (ids.length === 0) return [];
    const found = await reader.find<EntryDocument>(collection, { _id: { $in: ids } });
    return found.map(entryOf);
  },
  /** Some of the labelled entries whose newest key is one of these. */
  idsUnder: async ({ db }: Store, keys: readonly string[], most: number): Promise<readonly string[]> => {
    if (keys.length === 0) return [];
    const $or = keys.map((key) => ({ hash: { $gte: `${key}.`, $lt: `${key}/` } }));
    const found = await db
      .collection<EntryDocument>(collection)
      .find({ $or, keys: { $exists: true } })
      .project({ _id: 1 })
      .limit(most)
      .toArray();
    return found.map(({ _id }) => String(_id));
  },
  /**
   * Entries of the first release say neither key nor pepper; there could only be one of each. Its processes write such
   * entries as long as they run: they wait for their label before they move on.
   */
  labelOld: async ({ db }: Store, pepper: string): Promise<void> => {
    const id = { $arrayElemAt: [{ $split: ['$hash', '.'] }, 0] };
    await db
      .collection(collection)
      .updateMany({ keys: { $exists: false } }, [{ $set: { keys: [id], pepper: { $literal: pepper } } }]);
  },
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
