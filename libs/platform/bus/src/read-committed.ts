/**
 * What a read-committed fetch may show, decided in one place instead of kafkajs's three.
 *
 * kafkajs (2.2.4) lets an aborted record through when two aborted transactions began before the fetch position, hides
 * a batch of control records only from its consumer (the position then moves behind the subscriber's back), moves one
 * offset at a time through records that compaction removed, and knows the end only as the high watermark, which a
 * reader of committed records does not reach while a transaction is open.
 *
 * So: aborted and control records are taken out here; when the fetch covers more than the last record that is left, a
 * *tail* record stands for the rest. It carries no data and is dropped before anyone sees it, but the batch that it
 * ends is handled like any other.
 */

export const READ_COMMITTED = 1;

export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedMessage[];
}

const tail = Symbol('tail');

/** True for the record that only says how far a fetch got. */
export const isTail = (message: object): boolean => tail in message;

/** Control record key: int16 version, int16 type; type 0 is an abort. */
const isAbort = (key: Buffer | null): boolean => key !== null && key.length >= 4 && key.readInt16BE(2) === 0;

export const readCommitted = (data: FetchedPartition, fetchedFrom: number): FetchedPartition => {
  const aborted = [...(data.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const open = new Set<string>();
  const kept: FetchedMessage[] = [];
  let covered = -1;
  let next = 0;
  for (const message of data.messages) {
    const offset = Number(message.offset);
    const { producerId, inTransaction, firstOffset, lastOffsetDelta } = message.batchContext;
    covered = Math.max(covered, Number(firstOffset) + lastOffsetDelta);
    for (let begun = aborted[next]; begun !== undefined && Number(begun.firstOffset) <= offset; begun = aborted[next]) {
      open.add(begun.producerId);
      next += 1;
    }
    if (message.isControlRecord) {
      if (isAbort(message.key)) open.delete(producerId);
    } else if (!(inTransaction && open.has(producerId)) && offset >= fetchedFrom) {
      kept.push(message);
    }
  }
  const last = kept.at(-1);
  const example = data.messages.at(-1);
  if (example !== undefined && covered >= fetchedFrom && (last === undefined || Number(last.offset) < covered)) {
    const rest = { ...example, offset: String(covered), key: null, value: null, headers: {}, isControlRecord: false };
    kept.push(Object.assign(rest, { [tail]: true }));
  }
  return {
    ...data,
    highWatermark: stableEnd(data),
    abortedTransactions: [],
    messages: kept,
  };
};

const stableEnd = ({ highWatermark, lastStableOffset }: FetchedPartition): string =>
  lastStableOffset === undefined || Number(lastStableOffset) < 0 ? highWatermark : lastStableOffset;
