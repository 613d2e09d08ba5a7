/**
 * The path without a store: event in, event out. The group's committed offset is the position, so it only ever moves
 * over records that an acknowledged event represents; a crash repeats some of them, and repeats are harmless.
 */
import type {
  Batch,
  Consumer,
  Lifeline,
  OutgoingRecord,
  PartitionFacts,
  Producer,
  Start,
  Subscription,
  TopicPartition,
  Verdict,
} from '@lethe/bus';
import { backOffMs } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import { coalescer } from './coalescer.ts';
import {
  batchDuration,
  batchesRetried,
  batchMessages,
  eventsHeld,
  eventsPassed,
  eventsPublished,
  messagesHandled,
} from './metrics/platform-metrics.ts';
import { fences, fenceId, judgePosition, openFence } from './offset-fence.ts';
import { directRecord } from './outgoing.ts';
import { coalescingOf, type Out, type Passing, sortBatch } from './pass-batch.ts';
import type { ServiceRuntime } from './runtime.ts';

interface Partition extends TopicPartition, Passing {
  next: number;
  /** As far as the group is known to have committed. What is committed behind a batch nobody waits for. */
  committed: number;
  failures: number;
  /** One at a time: a batch, or a flush at the end of windows. */
  turn: Promise<unknown>;
}

export interface PassOn extends Pick<Subscription, 'assigned' | 'handle' | 'revoked'> {
  /** Sends what is held everywhere and commits: before leaving the group. */
  drain(consumer: Consumer): Promise<void>;
  /** Sends what is held beyond its window, and commits, also what a commit behind a batch may have failed to; called again and again. */
  tick(consumer: Consumer): Promise<void>;
}

const CAPACITY_PER_PARTITION = 100_000;
const UNKNOWN = -1;
const sent = failpoint('pass-on.sent');
const beforeCommit = failpoint('pass-on.before-commit');

export function passOnHandler(runtime: ServiceRuntime, producer: Producer): PassOn {
  const partitions = new Map<string, Partition>();
  const { store, logger, metrics } = runtime;
  const service = runtime.addressing.service;
  let draining = false;

  const assigned = async (facts: PartitionFacts): Promise<Start> => {
    const fence = await openFence(store, service, facts, null);
    const start = judgePosition(facts, fence);
    if (start.kind === 'start') {
      const { committed } = facts;
      const known = fence.next !== null && fence.startAt === null && committed !== null ? committed : UNKNOWN;
      partitions.set(nameOf(facts), newPartition(runtime, facts, start.at, known));
    }
    return start;
  };

  const send = async (topic: string, records: readonly OutgoingRecord[], events: number): Promise<void> => {
    if (records.length === 0) return;
    await producer.send(records);
    sent();
    metrics.count(eventsPublished, events);
    metrics.count(eventsPassed, events, { topic });
  };

  const sendHeld = async (partition: Partition, everything: boolean): Promise<void> => {
    const ripe = partition.merged.ripe(Date.now(), everything);
    const at = new Date();
    await send(
      partition.topic,
      ripe.map((event) => directRecord(event, at, runtime.addressing)),
      ripe.length,
    );
    partition.merged.sent(ripe, Date.now());
  };

  const measure = ({ topic, records: { length } }: Batch, began: number): void => {
    if (length === 0) return;
    metrics.count(messagesHandled, length, { topic });
    metrics.observe(batchMessages, length, { topic });
    metrics.observe(batchDuration, (performance.now() - began) / 1_000, { topic });
  };

  /** What is held may lie behind `next`: of a batch that failed halfway, only what it held is known by now. */
  const commitTo = ({ merged, next }: Partition): number => Math.min(merged.oldest() ?? next, next);

  const handleInTurn = async (partition: Partition, batch: Batch, lifeline: Lifeline): Promise<Verdict> => {
    if (batch.fetchedFrom > partition.next) return { kind: 'seek', to: partition.next };
    try {
      const began = performance.now();
      const { first, records, tell } = await sortBatch(runtime, partition, batch);
      await send(batch.topic, records, first.length);
      tell();
      for (const event of first) partition.merged.acknowledged(event, Date.now());
      partition.next = Math.max(partition.next, batch.next);
      partition.strikes.clear();
      const caughtUp = batch.next >= batch.end;
      if (caughtUp || draining) await sendHeld(partition, true);
      partition.failures = 0;
      measure(batch, began);
      if (lifeline.lost) return { kind: 'done', commit: null };
      beforeCommit();
      return { kind: 'done', commit: commitTo(partition) };
    } catch (error) {
      partition.failures += 1;
      metrics.count(batchesRetried, 1, { topic: batch.topic });
      const where = { topic: batch.topic, partition: batch.partition, offset: partition.next };
      logger.warn({ error, ...where, failures: partition.failures }, 'a batch is tried again');
      const afterMs = backOffMs(partition.failures, Math.random());
      return { kind: 'retry', from: partition.next, afterMs, reason: 'a batch failed' };
    }
  };

  /**
   * That this position was committed: without this, a lost position would look like a first start. After the commit,
   * not before it: killed in between, a partition that had never been committed would look like one that lost it.
   */
  const commitAndRemember = async (consumer: Consumer, partition: Partition, offset: number): Promise<void> => {
    const { topic, committed } = partition;
    await consumer.commit([{ topic, partition: partition.partition, offset }]);
    if (committed === UNKNOWN) {
      const _id = fenceId(service, partition);
      await fences(store.db).updateOne({ _id }, { $set: { next: offset, startAt: null } });
    }
    partition.committed = offset;
  };

  const inTurn = <T>(partition: Partition, work: () => Promise<T>): Promise<T> => {
    const mine = partition.turn.then(work);
    partition.turn = mine.catch(() => undefined); // its caller hears of it
    return mine;
  };

  const flush = async (consumer: Consumer, everything: boolean): Promise<void> => {
    for (const partition of [...partitions.values()]) {
      if (partition.merged.held() === 0 && commitTo(partition) <= partition.committed) continue;
      await inTurn(partition, async () => {
        // Revoked meanwhile: its next owner, which may be we ourselves, reads it again.
        if (partitions.get(nameOf(partition)) !== partition) return;
        await sendHeld(partition, everything);
        const commit = commitTo(partition);
        if (commit > partition.committed) await commitAndRemember(consumer, partition, commit);
      });
    }
  };

  const showHeld = (): void => {
    const held = new Map<string, number>();
    for (const { topic, merged } of partitions.values()) held.set(topic, (held.get(topic) ?? 0) + merged.held());
    metrics.replace(
      eventsHeld,
      [...held].map(([topic, value]) => ({ labels: { topic }, value })),
    );
  };

  return {
    assigned,
    handle: (batch, lifeline) => {
      const partition = partitions.get(nameOf(batch));
      if (partition === undefined) {
        return Promise.resolve({ kind: 'retry', from: batch.fetchedFrom, afterMs: 100, reason: 'not assigned yet' });
      }
      return inTurn(partition, () => handleInTurn(partition, batch, lifeline));
    },
    revoked: (partition) => void partitions.delete(nameOf(partition)),
    tick: async (consumer) => {
      await flush(consumer, false);
      showHeld();
    },
    drain: (consumer) => {
      draining = true;
      return flush(consumer, true);
    },
  };
}

function newPartition(runtime: ServiceRuntime, at: TopicPartition, next: number, committed: number): Partition {
  const coalescing = coalescingOf(runtime, at.topic);
  return {
    topic: at.topic,
    partition: at.partition,
    merged: coalescer<Out>({
      windowMs: coalescing?.windowMs ?? 0,
      capacity: CAPACITY_PER_PARTITION,
      key: (event) => coalescing?.key(event as never) ?? '',
      merge: (held, later) => (coalescing === null ? later : coalescing.merge(held as never, later as never)),
    }),
    next,
    committed,
    failures: 0,
    strikes: new Map(),
    turn: Promise.resolve(),
  };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
