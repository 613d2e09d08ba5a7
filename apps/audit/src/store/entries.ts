/** One document per entry of the log; its id is its index. Written once; only the opening is ever taken away. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { Store } from '@lethe/store';
import { entryOf, type Fact, type Opening } from '@lethe/transparency-log';

export interface LogEntry {
  readonly index: number;
  /** The bytes that the log commits to: canonical JSON, see the transparency log's entryOf. */
  readonly entry: string;
  readonly kind: string;
  /** ISO date in UTC. */
  readonly day: string;
  /** Null for what concerns no case. */
  readonly case: string | null;
  /** Where it was read, and what it says the time was: tells a fact without a sequence from another. */
  readonly source: string;
  readonly opening: Opening | null;
}

interface EntryDocument extends Omit<LogEntry, 'index'> {
  readonly _id: number;
}

const collection = 'entries';

export const entries = {
  indexes: [
    { collection, keys: { case: 1, _id: 1 } },
    { collection, keys: { source: 1 } },
  ] as const,

  append: (index: number, opening: Opening): BulkWrite => {
    const { fact } = opening;
    const document: EntryDocument = {
      _id: index,
      entry: entryOf(opening),
      kind: fact.event,
      day: fact.at.slice(0, 'yyyy-mm-dd'.length),
      case: fact.requestId,
      source: sourceOf(fact),
      opening,
    };
    return { collection, operation: { insertOne: { document: document as never } } };
  },

  /** Which of these sources have an entry. */
  known: async (reader: Reader, sources: readonly string[]): Promise<ReadonlySet<string>> => {
    if (sources.length === 0) return new Set();
    const found = await reader.find<EntryDocument>(collection, { source: { $in: sources } });
    return new Set(found.map(({ source }) => source));
  },

  /** A case's entries in the log's order, from this index on. */
  ofCase: async (store: Store, caseId: string, from: number, limit: number): Promise<readonly LogEntry[]> => {
    const found = await store.db
      .collection<EntryDocument>(collection)
      .find({ case: caseId, _id: { $gte: from } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id, ...rest }) => ({ index: _id, ...rest }));
  },
};

/** The time is part of it: in a topic that was made anew, another fact may stand at the same place. */
export function sourceOf({ source: { topic, partition, offset }, at }: Fact): string {
  return `${topic}/${partition}/${offset}@${at}`;
}
