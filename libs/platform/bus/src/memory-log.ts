/** One partition's log as Kafka keeps it: offsets with gaps of control records, open transactions hide what follows. */
import type { BusRecord, OutgoingRecord } from './bus.ts';

export interface MemoryTransaction {
  state: 'open' | 'committed' | 'aborted';
}

type Entry =
  | { readonly kind: 'record'; readonly record: BusRecord; readonly transaction: MemoryTransaction | null }
  | { readonly kind: 'control' };

export interface MemoryFetch {
  readonly next: number;
  readonly end: number;
  readonly records: readonly BusRecord[];
}

export interface MemoryLog {
  start(): number;
  /** What a new record would get. */
  end(): number;
  /** The end of what a reader of committed records can see. */
  stableEnd(): number;
  append(record: OutgoingRecord, at: Date, transaction: MemoryTransaction | null): void;
  /** The marker that ends a transaction in this partition. */
  mark(): void;
  /** Committed records from an offset on; null when the offset is outside the log. */
  fetch(from: number, most: number): MemoryFetch | null;
  trim(before: number): void;
}

export const memoryLog = (): MemoryLog => {
  let start = 0;
  let entries: Entry[] = [];
  /** Records of transactions, in order; those at the front that ended are dropped when someone asks. */
  const pending: { readonly offset: number; readonly transaction: MemoryTransaction }[] = [];
  const end = (): number => start + entries.length;

  const stableEnd = (): number => {
    while (pending[0] !== undefined && pending[0].transaction.state !== 'open') pending.shift();
    return pending[0]?.offset ?? end();
  };

  return {
    start: () => start,
    end,
    stableEnd,
    append({ key, value, headers }, at, transaction) {
      const record = { offset: end(), key, value, headers: { ...headers }, appendedAt: at };
      if (transaction !== null) pending.push({ offset: record.offset, transaction });
      entries.push({ kind: 'record', record, transaction });
    },
    mark() {
      entries.push({ kind: 'control' });
    },
    fetch(from, most) {
      if (from < start || from > end()) return null;
      const stable = stableEnd();
      const next = Math.max(from, Math.min(stable, from + most));
      const records = entries
        .slice(from - start, next - start)
        .flatMap((entry) => (entry.kind === 'record' && entry.transaction?.state !== 'aborted' ? [entry.record] : []));
      return { next, end: Math.max(stable, next), records };
    },
    trim(before) {
      const to = Math.min(Math.max(before, start), end());
      entries = entries.slice(to - start);
      start = to;
    },
  };
};
