/**
 * A batch of one partition: decoded, decided, and made true in a few transactions, each with its own move of the
 * fence. A message that cannot be handled goes to the dead letters in the transaction that passes it.
 */
import type {
  Batch,
  BusRecord,
  Lifeline,
  PartitionFacts,
  Start,
  Subscription,
  TopicPartition,
  Verdict,
} from '@lethe/bus';
import { backOffMs, LostPartitionError, RetryableError, TerminalError } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import { isPassing, isTooMuch } from '@lethe/store';
import {
  batchDuration,
  batchesRetried,
  batchMessages,
  fenceMismatches,
  messagesHandled,
} from './metrics/platform-metrics.ts';
import { FenceMovedError, judgeFence, openFence, readFence } from './offset-fence.ts';
import { toWork } from './batch-work.ts';
import type { ServiceRuntime } from './runtime.ts';
import { perform } from './work.ts';

/** Measured: throughput grows up to here; above, only the cost of a conflict does. */
const MESSAGES_PER_TRANSACTION = 250;
/** An error that nobody classified is taken as terminal after this many attempts. */
const ATTEMPTS = 5;
const BACK_PRESSURE_MS = 250;

const done = failpoint('batch.transaction-done');

interface Position {
  readonly topicId: string;
  next: number;
  /** Failed attempts in a row, for back-off. */
  failures: number;
  /** Unclassified errors of one message that stood alone: after a few of them it is given up. */
  strikes: { readonly offset: number; readonly count: number };
}

export function fencedHandler(runtime: ServiceRuntime): Pick<Subscription, 'assigned' | 'handle' | 'revoked'> {
  const positions = new Map<string, Position>();
  const { store, logger, metrics } = runtime;
  const service = runtime.addressing.service;

  const assigned = async (facts: PartitionFacts): Promise<Start> => {
    const fence = await openFence(store, service, facts, facts.logStart);
    const next = fence.next ?? facts.logStart;
    const start = judgeFence(facts, { topicId: fence.topicId, next });
    if (start.kind === 'start') {
      positions.set(nameOf(facts), { topicId: facts.topicId, next, failures: 0, strikes: { offset: -1, count: 0 } });
    }
    return start;
  };

  const handle = async (batch: Batch, lifeline: Lifeline): Promise<Verdict> => {
    const position = positions.get(nameOf(batch));
    if (position === undefined) return again(batch.fetchedFrom, 100, 'not assigned yet');
    if (batch.fetchedFrom > position.next) return { kind: 'seek', to: position.next };
    if (runtime.congested()) return again(position.next, BACK_PRESSURE_MS, 'the outbox is full');
    try {
      await throughBatch(batch, position, lifeline);
      position.failures = 0;
      return { kind: 'done' };
    } catch (error) {
      return await verdictOn(error, batch, position, lifeline);
    }
  };

  const throughBatch = async (batch: Batch, position: Position, lifeline: Lifeline): Promise<void> => {
    const fresh = batch.records.filter((record) => record.offset >= position.next);
    for (let begin = 0; begin < fresh.length; begin += MESSAGES_PER_TRANSACTION) {
      const part = fresh.slice(begin, begin + MESSAGES_PER_TRANSACTION);
      const isLast = begin + part.length >= fresh.length;
      await throughPart(batch, part, isLast ? batch.next : endOf(part), position, lifeline);
      await lifeline.heartbeat();
    }
    // A tail of control records moves the fence too, or the barrier would wait for it for ever.
    if (batch.next > position.next) await throughPart(batch, [], batch.next, position, lifeline);
  };

  /** One transaction, or two halves of it when something in it is at fault: until the faulty message is alone. */
  const throughPart = async (
    at: TopicPartition,
    part: readonly BusRecord[],
    to: number,
    position: Position,
    lifeline: Lifeline,
  ): Promise<void> => {
    const fence = { topic: at.topic, partition: at.partition, from: position.next, to, topicId: position.topicId };
    const alive = (): Promise<void> => lifeline.heartbeat();
    try {
      const began = performance.now();
      const work = await toWork(runtime, at, part);
      const outcome = await perform(runtime, { ...work, fence }, alive);
      done();
      position.next = to;
      runtime.committed(outcome);
      handled(at, part.length, began);
    } catch (error) {
      const divisible = part.length > 1 && isTooMuch(error);
      if (part.length === 0 || (isNobodysFault(error) && !divisible)) throw error;
      if (part.length === 1) {
        await refuseAlone(at, part, error, position, fence, alive);
        return;
      }
      const middle = Math.floor(part.length / 2);
      const front = part.slice(0, middle);
      await throughPart(at, front, endOf(front), position, lifeline);
      await throughPart(at, part.slice(middle), to, position, lifeline);
    }
  };

  const handled = ({ topic }: TopicPartition, messages: number, began: number): void => {
    if (messages === 0) return;
    metrics.count(messagesHandled, messages, { topic });
    metrics.observe(batchMessages, messages, { topic });
    metrics.observe(batchDuration, (performance.now() - began) / 1_000, { topic });
  };

  const refuseAlone = async (
    at: TopicPartition,
    part: readonly BusRecord[],
    error: unknown,
    position: Position,
    fence: TopicPartition & { readonly from: number; readonly to: number; readonly topicId: string },
    alive: () => Promise<void>,
  ): Promise<void> => {
    const classified = error instanceof TerminalError;
    if (!classified) {
      const { offset, count } = position.strikes;
      position.strikes = { offset: fence.from, count: offset === fence.from ? count + 1 : 1 };
      if (position.strikes.count < ATTEMPTS) throw error;
    }
    logger.error({ error, topic: at.topic, partition: at.partition, offset: fence.from }, 'a message is given up');
    const code = classified ? error.code : 'unknown_error';
    const entries = part.map((record) => runtime.deadLetter(at, record, code, classified ? 1 : ATTEMPTS));
    const began = performance.now();
    runtime.committed(await perform(runtime, { fence, entries }, alive));
    position.next = fence.to;
    handled(at, part.length, began);
  };

  const verdictOn = async (error: unknown, batch: Batch, position: Position, lifeline: Lifeline): Promise<Verdict> => {
    const where = { topic: batch.topic, partition: batch.partition, offset: position.next };
    if (error instanceof LostPartitionError) return { kind: 'done', commit: null };
    if (error instanceof FenceMovedError) {
      try {
        await lifeline.heartbeat(); // throws when we are the zombie
      } catch {
        return { kind: 'done', commit: null };
      }
      metrics.count(fenceMismatches, 1);
    } else {
      position.failures += 1;
      metrics.count(batchesRetried, 1, { topic: batch.topic });
      logger.warn({ error, ...where, failures: position.failures }, 'a batch is tried again');
    }
    try {
      const fence = await readFence(store, service, batch);
      if (fence === null || fence.topicId !== position.topicId) {
        return {
          kind: 'halt',
          code: 'fence_lost',
          message: `${nameOf(batch)}: the fence is gone or counts in another topic`,
        };
      }
      position.next = fence.next ?? position.next;
    } catch (reading) {
      logger.warn({ error: reading, ...where }, 'the fence cannot be read');
    }
    if (error instanceof FenceMovedError) return { kind: 'seek', to: position.next };
    return again(position.next, backOffMs(position.failures, Math.random()), 'a batch failed');
  };

  return { assigned, handle, revoked: (partition) => void positions.delete(nameOf(partition)) };
}

/** Errors that dividing the batch would not cure. */
function isNobodysFault(error: unknown): boolean {
  return (
    error instanceof FenceMovedError ||
    error instanceof LostPartitionError ||
    error instanceof RetryableError ||
    isPassing(error)
  );
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

function endOf(part: readonly BusRecord[]): number {
  return (part.at(-1)?.offset ?? -1) + 1;
}

function again(from: number, afterMs: number, reason: string): Verdict {
  return { kind: 'retry', from, afterMs, reason };
}
