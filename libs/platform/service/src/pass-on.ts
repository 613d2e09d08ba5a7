/**
 * The path without a store: event in, event out. The group's committed offset is the position, so it only ever moves
 * over records that an acknowledged event represents; a crash repeats some of them, and repeats are harmless.
 */
import type { Emitted, Named } from '@lethe/contracts';
import { topics } from '@lethe/contracts';
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
import { backOffMs, RetryableError, TerminalError } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import { type Coalescer, coalescer } from './coalescer.ts';
import type { Coalescing, Given, Handler, Passed } from './handlers.ts';
import { fences, fenceId, judgeFence, openFence } from './offset-fence.ts';
import { directRecord, recordOf } from './outgoing.ts';
import type { ServiceRuntime } from './runtime.ts';

type Out = Emitted<Named>;

interface Partition extends TopicPartition {
  readonly merged: Coalescer<Out>;
  /** Everything below is represented by acknowledged events or held. */
  next: number;
  committed: number;
  failures: number;
  /** Unclassified errors of one record: after a few of them it is given up. */
  strikes: { readonly offset: number; readonly count: number };
  /** One at a time: a batch, or a flush at the end of windows. */
  turn: Promise<unknown>;
}

export interface PassOn extends Pick<Subscription, 'assigned' | 'handle' | 'revoked'> {
  /** Sends what is held everywhere and commits: before leaving the group. */
  drain(consumer: Consumer): Promise<void>;
  /** Sends what is held beyond its window, and commits; called again and again. */
  tick(consumer: Consumer): Promise<void>;
}

const CAPACITY_PER_PARTITION = 100_000;
/** An error that nobody classified is taken as terminal after this many attempts. */
const ATTEMPTS = 5;
const sent = failpoint('pass-on.sent');
const beforeCommit = failpoint('pass-on.before-commit');

export function passOnHandler(runtime: ServiceRuntime, producer: Producer): PassOn {
  const partitions = new Map<string, Partition>();
  const { store, logger, metrics } = runtime;
  const service = runtime.addressing.service;
  let draining = false;

  const assigned = async (facts: PartitionFacts): Promise<Start> => {
    const fence = await openFence(store, service, facts, null);
    const committedOnce = fence.next !== null;
    const { committed } = facts;
    if (committed === null && committedOnce && fence.startAt === null) {
      return {
        kind: 'halt',
        code: 'position_lost',
        message: `${facts.topic}/${facts.partition}: the group has no committed offset any more; decide with: npm run fence -- adopt`,
      };
    }
    const at = fence.startAt ?? committed ?? facts.logStart;
    const start = judgeFence(facts, { topicId: fence.topicId, next: at });
    if (start.kind === 'start') partitions.set(nameOf(facts), newPartition(runtime, facts, at));
    return start;
  };

  const send = async (events: readonly Out[], dead: readonly OutgoingRecord[]): Promise<void> => {
    const at = new Date();
    const records = events.map((event) => directRecord(event, at, runtime.addressing));
    if (records.length + dead.length === 0) return;
    await producer.send([...records, ...dead]);
    sent();
    metrics.count('events_published_total', records.length);
  };

  const sendHeld = async (partition: Partition, everything: boolean): Promise<void> => {
    const ripe = partition.merged.ripe(Date.now(), everything);
    await send(ripe, []);
    partition.merged.sent(ripe, Date.now());
  };

  const commitTo = (partition: Partition): number => partition.merged.oldest() ?? partition.next;

  const handleInTurn = async (partition: Partition, batch: Batch, lifeline: Lifeline): Promise<Verdict> => {
    if (batch.fetchedFrom > partition.next) return { kind: 'seek', to: partition.next };
    try {
      const { first, dead } = await passAll(runtime, partition, batch);
      await send(first, dead);
      for (const event of first) partition.merged.acknowledged(event, Date.now());
      partition.next = Math.max(partition.next, batch.next);
      const caughtUp = batch.next >= batch.end;
      if (caughtUp || draining) await sendHeld(partition, true);
      partition.failures = 0;
      if (lifeline.lost) return { kind: 'done', commit: null };
      beforeCommit();
      const commit = commitTo(partition);
      if (commit > partition.committed) await remember(partition, commit);
      return { kind: 'done', commit };
    } catch (error) {
      partition.failures += 1;
      const where = { topic: batch.topic, partition: batch.partition, offset: partition.next };
      logger.warn({ error, ...where, failures: partition.failures }, 'a batch is tried again');
      const afterMs = backOffMs(partition.failures, Math.random());
      return { kind: 'retry', from: partition.next, afterMs, reason: 'a batch failed' };
    }
  };

  /** That this position was committed once: without this, a lost position would look like a first start. */
  const remember = async (partition: Partition, commit: number): Promise<void> => {
    if (partition.committed === -1) {
      await fences(store.db).updateOne({ _id: fenceId(service, partition) }, { $set: { next: commit, startAt: null } });
    }
    partition.committed = commit;
  };

  const inTurn = <T>(partition: Partition, work: () => Promise<T>): Promise<T> => {
    const mine = partition.turn.then(work);
    partition.turn = mine.catch(() => undefined); // its caller hears of it
    return mine;
  };

  const flush = async (consumer: Consumer, everything: boolean): Promise<void> => {
    for (const partition of [...partitions.values()]) {
      if (partition.merged.held() === 0) continue;
      await inTurn(partition, async () => {
        if (!partitions.has(nameOf(partition))) return; // revoked meanwhile: its next owner reads it again
        await sendHeld(partition, everything);
        const commit = commitTo(partition);
        if (commit <= partition.committed) return;
        await remember(partition, commit);
        await consumer.commit([{ topic: partition.topic, partition: partition.partition, offset: commit }]);
      });
    }
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
    tick: (consumer) => flush(consumer, false),
    drain: (consumer) => {
      draining = true;
      return flush(consumer, true);
    },
  };
}

function newPartition(runtime: ServiceRuntime, at: TopicPartition, next: number): Partition {
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
    committed: -1,
    failures: 0,
    strikes: { offset: -1, count: 0 },
    turn: Promise.resolve(),
  };
}

function coalescingOf(runtime: ServiceRuntime, topic: string): Coalescing<never> | null {
  for (const handler of Object.values(handlersOf(runtime, topic))) {
    if (handler !== 'ignored' && handler.rule.kind === 'pass-on') return handler.rule.coalescing;
  }
  return null;
}

function handlersOf(
  runtime: ServiceRuntime,
  topic: string,
): Readonly<Record<string, Handler<Named, Named> | 'ignored'>> {
  return runtime.topology.consumes[runtime.placeOf(topic).pattern] ?? {};
}

/** Every record of a batch: passed on now, held to be merged, dropped for a counted reason, or a dead letter. */
async function passAll(runtime: ServiceRuntime, partition: Partition, batch: Batch) {
  const place = runtime.placeOf(batch.topic);
  const handlers = handlersOf(runtime, batch.topic);
  const { edge } = topics[place.pattern];
  const firstByKey = new Map<string, { event: Out }>();
  const dead: OutgoingRecord[] = [];
  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
  const coalescing = coalescingOf(runtime, batch.topic);

  for (const record of batch.records) {
    if (record.offset < partition.next) continue;
    try {
      const { name, event } = runtime.decoder.decode(record, edge);
      const handler = handlers[name];
      if (handler === undefined) throw new TerminalError('unexpected_event', `${name} does not belong on this topic`);
      if (handler === 'ignored' || handler.rule.kind !== 'pass-on') continue;
      const given: Given<unknown> = { ...runtime.context, topic: place, appendedAt: record.appendedAt };
      const passed: Passed<Named> = handler.rule.rule(event as never, given as never);
      for (const [metric, by] of Object.entries(passed.counts ?? {})) count(metric, by);
      if ('drop' in passed) {
        count(`events_${passed.drop}_total`);
        continue;
      }
      const out = passed.pass;
      const key = coalescing === null ? `${firstByKey.size}` : coalescing.key(out as never);
      const already = firstByKey.get(key);
      if (already !== undefined && coalescing !== null) {
        already.event = coalescing.merge(already.event as never, out as never);
        count('events_coalesced_total');
      } else if (coalescing === null || partition.merged.take(out, record.offset, Date.now())) {
        firstByKey.set(key, { event: out });
      } else {
        count('events_coalesced_total');
      }
    } catch (error) {
      const code = await terminalCode(runtime, partition, record.offset, error);
      if (code === null) throw error;
      runtime.metrics.count('dead_letters_total', 1, { topic: batch.topic, reason: code });
      const letter = runtime.deadLetter(batch, record, code);
      dead.push(recordOf(letter, record.appendedAt, runtime.addressing, refuseToOpen));
    }
  }
  runtime.metrics.count('messages_handled_total', batch.records.length, { topic: batch.topic });
  for (const [name, by] of counts) runtime.metrics.count(name, by);
  return { first: [...firstByKey.values()].map(({ event }) => event), dead };
}

/** Null: try again. */
async function terminalCode(
  runtime: ServiceRuntime,
  partition: Partition,
  offset: number,
  error: unknown,
): Promise<string | null> {
  if (error instanceof TerminalError) return error.code;
  if (error instanceof RetryableError) {
    await runtime.decoder.learn();
    return null;
  }
  const count = partition.strikes.offset === offset ? partition.strikes.count + 1 : 1;
  partition.strikes = { offset, count };
  return count < ATTEMPTS ? null : 'unknown_error';
}

function refuseToOpen(): never {
  throw new Error('a dead letter has no boxes to open');
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
