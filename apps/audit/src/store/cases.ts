/** One document per case: which of its facts were heard, so that a repetition is no second entry and a gap is seen. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { Store } from '@lethe/store';
import type { Fact, HeardSequences } from '@lethe/transparency-log';

export type Publisher = Fact['publisher'];

export interface CaseLog {
  readonly id: string;
  /** Indexes of its entries in the log, ascending. */
  readonly entries: readonly number[];
  /** Per publisher, the sequences that were heard. */
  readonly heard: Readonly<Partial<Record<Publisher, HeardSequences>>>;
  /** How many facts below the highest heard ones are missing now. */
  readonly missing: number;
}

interface CaseDocument extends Omit<CaseLog, 'id'> {
  readonly _id: string;
}

const collection = 'cases';

export const cases = {
  /** Sparse would not help: what is looked for is the few above zero. */
  indexes: [{ collection, keys: { missing: 1 } }] as const,

  read: async (reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, CaseLog>> => {
    if (ids.length === 0) return new Map();
    const found = await reader.find<CaseDocument>(collection, { _id: { $in: ids } });
    return new Map(found.map((document) => [document._id, caseIn(document)]));
  },

  put: ({ id, ...rest }: CaseLog): BulkWrite => ({
    collection,
    operation: { replaceOne: { filter: { _id: id as never }, replacement: rest, upsert: true } },
  }),

  show: async (store: Store, id: string): Promise<CaseLog | null> => {
    const found = await store.db.collection<CaseDocument>(collection).findOne({ _id: id });
    return found === null ? null : caseIn(found);
  },

  /** Cases of which something is missing. */
  withGaps: async (store: Store, most: number): Promise<readonly CaseLog[]> => {
    const found = await store.db
      .collection<CaseDocument>(collection)
      .find({ missing: { $gt: 0 } })
      .limit(most)
      .toArray();
    return found.map(caseIn);
  },
};

function caseIn({ _id, ...rest }: CaseDocument): CaseLog {
  return { id: _id, ...rest };
}
