/** One document per identifier and dataset that it was seen in: first and last day, no behaviour. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { RefFootprint } from '@lethe/subject-footprint';

interface FootprintDocument extends Omit<RefFootprint, 'id'> {
  readonly _id: string;
}

const collection = 'footprints';

export const footprints = {
  collection,
  indexes: [{ collection, keys: { ref: 1 } }] as const,
  seen: ({ id, ref, system, dataset, firstSeen, lastSeen }: RefFootprint): BulkWrite => ({
    collection,
    operation: {
      updateOne: {
        filter: { _id: id as never },
        update: { $setOnInsert: { ref, system, dataset }, $min: { firstSeen }, $max: { lastSeen } },
        upsert: true,
      },
    },
  }),
  of: async (reader: Reader, refs: readonly string[]): Promise<readonly RefFootprint[]> => {
    if (refs.length === 0) return [];
    const found = await reader.find<FootprintDocument>(collection, { ref: { $in: refs } });
    return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
  },
};
