/** One document per purpose: which keys this store was written with. Ids and checks, no key. */
import type { KeyPurpose, RingHistory } from '@lethe/identity';
import type { Reader } from '@lethe/service';
import { type Store, StoreError, transact } from '@lethe/store';

interface HistoryDocument extends RingHistory {
  readonly _id: KeyPurpose;
  readonly version: number;
}

export interface StoredHistory {
  readonly history: RingHistory;
  readonly version: number;
}

const collection = 'key-histories';

export const keyHistories = {
  collection,
  /** In the reader's snapshot. */
  all: async (reader: Reader): Promise<ReadonlyMap<KeyPurpose, RingHistory>> => {
    const found = await reader.find<HistoryDocument>(collection, {});
    return new Map(found.map((history) => [history._id, history]));
  },
  stored: async ({ db }: Store): Promise<ReadonlyMap<KeyPurpose, StoredHistory>> => {
    const found = await db.collection<HistoryDocument>(collection).find().toArray();
    return new Map(found.map(({ _id, ring, retired, version }) => [_id, { history: { ring, retired }, version }]));
  },
  /** All of them or none. False if another process was first: then the histories are to be read and judged again. */
  replace: async (
    store: Store,
    next: ReadonlyMap<KeyPurpose, RingHistory>,
    known: ReadonlyMap<KeyPurpose, StoredHistory>,
  ): Promise<boolean> => {
    const histories = store.db.collection<HistoryDocument>(collection);
    try {
      await transact(store, async (session) => {
        for (const [purpose, { ring, retired }] of next) {
          const version = known.get(purpose)?.version ?? 0;
          const replacement = { ring, retired, version: version + 1 };
          // With no version known this inserts, and is a conflict where another process has done so.
          const filter = { _id: purpose, version };
          const { matchedCount } = await histories.replaceOne(filter, replacement, { session, upsert: version === 0 });
          if (version > 0 && matchedCount !== 1) throw new StoreError('conflict', 'the key histories have moved on');
        }
      });
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return false;
      throw error;
    }
  },
};
