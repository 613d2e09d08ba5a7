/** One document per pair of identifiers that a feed verified together. Subjects are walked, not stored. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { Link } from '@lethe/subject-footprint';

interface LinkDocument extends Omit<Link, 'id'> {
  readonly _id: string;
}

const collection = 'links';

export const links = {
  collection,
  indexes: [
    { collection, keys: { a: 1 } },
    { collection, keys: { b: 1 } },
  ] as const,
  add: ({ id, a, b, firstSeen, feeds, same }: Link): BulkWrite => ({
    collection,
    operation: {
      updateOne: {
        filter: { _id: id as never },
        update: {
          $setOnInsert: { a, b },
          $min: { firstSeen },
          $addToSet: { feeds: { $each: feeds } },
          ...(same === true && { $set: { same } }),
        },
        upsert: true,
      },
    },
  }),
  /** @param most an identifier that everybody shares has links without end: no walk may wait for all of them */
  touching: async (reader: Reader, refs: readonly string[], most: number): Promise<readonly Link[]> => {
    if (refs.length === 0) return [];
    const among = { $in: refs as string[] };
    const found = await reader.find<LinkDocument>(collection, { $or: [{ a: among }, { b: among }] }, { limit: most });
    return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
  },
};
