/** One document per purpose: which keys this store was written with. Ids and checks, no key. */
import type { KeyPurpose, RingHistory } from '@lethe/identity';
import type { Reader } from '@lethe/service';
import type { Store } from '@lethe/store';

interface HistoryDocument extends RingHistory {
  readonly _id: KeyPurpose;
  readonly version: number;
}

export interface StoredHistory {
  readonly history: RingHistory;
  readonly version: number;
}

const collection = 'key-histories';
const DUPLICATE_KEY = 11_000;

export const keyHistories = {
  collection,
  /** In the reader's snapshot. */
  of: async (reader: Reader, purpose: KeyPurpose): Promise<RingHistory | null> => {
    const [found] = await reader.find<HistoryDocument>(collection, { _id: purpose }, { limit: 1 });
    return found ?? null;
  },
  stored: async ({ db }: Store, purpose: KeyPurpose): Promise<StoredHistory | null> => {
    const found = await db.collection<HistoryDocument>(collection).findOne({ _id: purpose });
    return found === null ? null : { history: { ring: found.ring, retired: found.retired }, version: found.version };
  },
  /** False if another process was first: then its history is to be read and judged again. */
  replace: async (
    { db }: Store,
    purpose: KeyPurpose,
    { ring, retired }: RingHistory,
    version: number,
  ): Promise<boolean> => {
    const histories = db.collection<HistoryDocument>(collection);
    const next = { ring, retired, version: version + 1 };
    if (version > 0) return (await histories.replaceOne({ _id: purpose, version }, next)).matchedCount === 1;
    try {
      await histories.insertOne({ _id: purpose, ...next });
      return true;
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'code' in error && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  },
};
