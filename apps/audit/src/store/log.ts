/**
 * The log's size: one document, moved in the transaction that appends. Two partitions that append at once conflict
 * here, and one of them reads and decides again, so indexes are dense and none is given twice.
 */
import type { BulkWrite, Reader } from '@lethe/service';
import type { Store } from '@lethe/store';

interface LogDocument {
  readonly _id: string;
  /** How many entries there are; the next one's index. */
  readonly size: number;
}

const _id = 'log';
const collection = 'log';

export const log = {
  collection,
  size: async (reader: Reader): Promise<number> => {
    const [found] = await reader.find<LogDocument>(collection, { _id });
    return found?.size ?? 0;
  },
  show: async (store: Store): Promise<number> =>
    (await store.db.collection<LogDocument>(collection).findOne({ _id }))?.size ?? 0,
  /** An insert when it is the first, so that two first ones cannot both succeed. */
  move: (from: number, to: number): BulkWrite => ({
    collection,
    operation:
      from === 0
        ? { insertOne: { document: { _id: _id as never, size: to } } }
        : { updateOne: { filter: { _id: _id as never, size: from }, update: { $set: { size: to } } } },
  }),
};
