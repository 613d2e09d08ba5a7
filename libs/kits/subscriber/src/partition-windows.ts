/**
 * How far each partition is. An erasure may take minutes, and a handler that did would cost the partition at the next
 * rebalance. So a handler only looks: what is not done yet goes on beside it, the partition is paused for a moment and
 * read again from there. Heartbeats and rebalances are never held up.
 */
import type { Batch, BusRecord, TopicPartition, Verdict } from '@lethe/bus';
import type { Task } from './order-desk.ts';
import { within } from './patience.ts';

export interface PartitionWindows {
  handle(batch: Batch): Promise<Verdict>;
  /** Somebody else reads the partition now; what is in hand goes on. */
  forget(at: TopicPartition): void;
  /** How far each partition is done, to be committed. */
  positions(): readonly (TopicPartition & { readonly offset: number })[];
}

interface Window {
  readonly at: TopicPartition;
  readonly tasks: Map<number, Task>;
  /** The record that was waited for last, and for how long the partition then rested. */
  waiting: { readonly offset: number; readonly pausedMs: number };
}

/** Quick orders are done within it and cost no pause. */
const TURN_MS = 500;
const PAUSE_MS = 100;
/** A partition whose order takes minutes is looked at less and less often. */
const LONGEST_PAUSE_MS = 2_000;

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** @param hear begins what a record asks for */
export function partitionWindows(hear: (record: BusRecord) => Promise<Task>): PartitionWindows {
  const windows = new Map<string, Window>();
  return {
    async handle(batch) {
      const { topic, partition, records } = batch;
      const window: Window = windows.get(placeOf(batch)) ?? {
        at: { topic, partition },
        tasks: new Map(),
        waiting: { offset: -1, pausedMs: 0 },
      };
      windows.set(placeOf(batch), window);
      const { tasks } = window;
      for (const record of records) {
        const known = tasks.get(record.offset);
        if (known === undefined || (known.isOver && !known.isDone)) tasks.set(record.offset, await hear(record));
      }
      await within(TURN_MS, Promise.all(records.flatMap(({ offset }) => tasks.get(offset)?.settled ?? [])));
      const open = records.find(({ offset }) => tasks.get(offset)?.isDone !== true);
      const next = open?.offset ?? batch.next;
      for (const offset of tasks.keys()) if (offset < next) tasks.delete(offset);
      if (open === undefined) return { kind: 'done' };
      const { offset, pausedMs } = window.waiting;
      const afterMs = offset === next ? Math.min(2 * pausedMs, LONGEST_PAUSE_MS) : PAUSE_MS;
      window.waiting = { offset: next, pausedMs: afterMs };
      return { kind: 'retry', from: next, afterMs, reason: 'an order is worked on' };
    },
    forget: (at) => void windows.delete(placeOf(at)),
    positions: () =>
      [...windows.values()].flatMap(({ at, tasks }) => {
        const offsets = [...tasks.keys()].sort((one, other) => one - other);
        const open = offsets.find((offset) => tasks.get(offset)?.isDone !== true);
        const last = offsets.at(-1);
        return last === undefined ? [] : [{ ...at, offset: open ?? last + 1 }];
      }),
  };
}
