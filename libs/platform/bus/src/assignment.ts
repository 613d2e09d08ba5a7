/**
 * One assigned partition: from `assigned` over batches and verdicts to `revoked`. The Kafka bus and the memory bus
 * both stand on it, so what a verdict means is written once.
 *
 * The start position of a fetch is never trusted. Whoever decided where to read (`assigned`, a verdict) is kept in
 * `expected`; a batch from elsewhere is not handled, the partition seeks. When the log does not serve the position
 * even so (trimmed, re-created), the assignment is looked at again with fresh facts, which ends in a halt and not in
 * a circle of seeks.
 */
import type {
  Batch,
  Halt,
  HaltedPartition,
  Lifeline,
  PartitionFacts,
  Subscription,
  TopicPartition,
  Verdict,
} from './bus.ts';
import { LostPartitionError } from './errors.ts';
import { type BusLogger, errorFields } from './logger.ts';
import { backOffMs } from './retry.ts';

/** What a bus does for one partition. None of these throws, except `facts`, which may reject. */
export interface PartitionControl {
  pause(): void;
  resume(): void;
  seek(offset: number): void;
  commit(offset: number): void;
  facts(): Promise<PartitionFacts>;
}

export interface Assignment {
  readonly at: TopicPartition;
  /** Looks at the facts and lets the subscriber choose the start. Resolves when that is settled, for good or for now. */
  begin(): Promise<void>;
  /** Kafka's id of the topic as of the last look at the facts. */
  topicId(): string | null;
  /** True when the position moved to `batch.next`; otherwise the batch was left alone or a seek was ordered. */
  onBatch(batch: Batch, heartbeat: () => Promise<void>): Promise<boolean>;
  /** The group says that the partition is (or will be) someone else's: running handlers see `lost`. */
  lose(): void;
  revoke(): void;
  /** Takes no further batch; a running one ends as usual, its commit included. */
  drain(): void;
  /** Resolves when no handler runs. */
  idle(): Promise<void>;
  halted(): HaltedPartition | null;
  waiting(): boolean;
}

type Phase = 'checking' | 'open' | 'waiting' | 'halted' | 'draining' | 'revoked';

/** A seek is repeated once: the fetch that was under way may still bring its batch. */
const MISSES_BEFORE_NEW_FACTS = 3;

const outsideLog = (at: number, { logStart, logEnd }: PartitionFacts): Halt | null =>
  at >= logStart && at <= logEnd
    ? null
    : {
        kind: 'halt',
        code: 'start_outside_log',
        message: `the start ${at} is outside the log, which holds ${logStart} to ${logEnd}`,
      };

export const assignment = (
  at: TopicPartition,
  subscription: Subscription,
  control: PartitionControl,
  logger: BusLogger,
  previous: Promise<void> = Promise.resolve(),
): Assignment => {
  let phase: Phase = 'checking';
  let expected = -1;
  let misses = 0;
  let failures = 0;
  let lost = false;
  let halt: Halt | null = null;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let check = 0;
  let topicId: string | null = null;
  const where = { topic: at.topic, partition: at.partition };
  /** Also where the type checker would not see that time has passed. */
  const phaseNow = (): Phase => phase;
  const over = (): boolean => phaseNow() === 'revoked' || phaseNow() === 'draining';

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  const later = (afterMs: number, act: () => void): void => {
    stopTimer();
    timer = setTimeout(() => {
      timer = null;
      act();
    }, afterMs);
  };

  const standStill = (why: Halt): void => {
    phase = 'halted';
    halt = why;
    control.pause();
    logger.error({ ...where, code: why.code }, `partition halted: ${why.message}`);
  };

  const readFrom = (offset: number): void => {
    expected = offset;
    control.seek(offset);
  };

  const begin = async (): Promise<void> => {
    const mine = ++check;
    const current = (): boolean => mine === check && phaseNow() === 'checking';
    phase = 'checking';
    halt = null;
    stopTimer();
    control.pause();
    try {
      await previous;
      await running;
      if (!current()) return;
      const facts = await control.facts();
      if (!current()) return;
      topicId = facts.topicId;
      const start = await subscription.assigned(facts);
      if (!current()) return;
      failures = 0;
      misses = 0;
      const choice = start.kind === 'halt' ? start : (outsideLog(start.at, facts) ?? start);
      if (choice.kind === 'halt') {
        standStill(choice);
        return;
      }
      readFrom(choice.at);
      phase = 'open';
      control.resume();
    } catch (error) {
      if (!current()) return;
      failures += 1;
      logger.warn({ ...where, attempts: failures, ...errorFields(error) }, 'the start of a partition is not known yet');
      later(backOffMs(failures, Math.random()), () => void begin());
    }
  };

  const misplaced = (batch: Batch): boolean => {
    if (batch.fetchedFrom === expected) {
      misses = 0;
      return false;
    }
    misses += 1;
    if (misses < MISSES_BEFORE_NEW_FACTS) {
      readFrom(expected);
    } else {
      logger.warn({ ...where, expected, fetchedFrom: batch.fetchedFrom }, 'the log does not serve the position');
      void begin();
    }
    return true;
  };

  const pauseFor = (from: number, afterMs: number): void => {
    phase = 'waiting';
    control.pause();
    readFrom(from);
    later(afterMs, () => {
      if (phaseNow() !== 'waiting') return;
      phase = 'open';
      control.resume();
    });
  };

  const lifelineOf = (heartbeat: () => Promise<void>): Lifeline => ({
    async heartbeat() {
      if (!lost) await heartbeat();
      if (lost) throw new LostPartitionError(`partition ${at.topic}/${at.partition} is no longer ours`);
    },
    get lost() {
      return lost;
    },
  });

  const handled = async (batch: Batch, heartbeat: () => Promise<void>): Promise<Verdict> => {
    try {
      const verdict = await subscription.handle(batch, lifelineOf(heartbeat));
      failures = 0;
      return verdict;
    } catch (error) {
      failures += 1;
      const afterMs = backOffMs(failures, Math.random());
      const fields = { ...where, offset: batch.fetchedFrom, attempts: failures, ...errorFields(error) };
      if (error instanceof LostPartitionError) logger.info(fields, 'a handler stopped: the partition was lost');
      else logger.error(fields, 'a handler threw; its batch is repeated after a while');
      return { kind: 'retry', from: batch.fetchedFrom, afterMs, reason: 'handler_threw' };
    }
  };

  const apply = (verdict: Verdict, batch: Batch): boolean => {
    // Revoked, or looked at again meanwhile: another position counts now.
    if (lost || (phaseNow() !== 'open' && phaseNow() !== 'draining')) return false;
    switch (verdict.kind) {
      case 'done': {
        expected = batch.next;
        const commit = verdict.commit === undefined ? batch.next : verdict.commit;
        if (commit !== null) control.commit(commit);
        return true;
      }
      case 'seek':
        if (!over()) readFrom(verdict.to);
        return false;
      case 'retry':
        if (!over()) pauseFor(verdict.from, verdict.afterMs);
        return false;
      case 'halt':
        if (!over()) standStill(verdict);
        return false;
    }
  };

  return {
    at,
    begin,
    topicId: () => topicId,
    async onBatch(batch, heartbeat) {
      if (over() || lost) return false;
      if (phase !== 'open') {
        control.pause();
        return false;
      }
      if (misplaced(batch)) return false;
      let end = (): void => undefined;
      running = new Promise((resolve) => {
        end = resolve;
      });
      try {
        return apply(await handled(batch, heartbeat), batch);
      } finally {
        end();
      }
    },
    lose() {
      lost = true;
    },
    revoke() {
      if (phase === 'revoked') return;
      phase = 'revoked';
      lost = true;
      stopTimer();
      subscription.revoked?.(at);
    },
    drain() {
      if (phase === 'revoked') return;
      phase = 'draining';
      stopTimer();
      control.pause();
    },
    idle: () => running,
    halted: () => (phase === 'halted' && halt !== null ? { ...at, code: halt.code, message: halt.message } : null),
    waiting: () => phase === 'waiting',
  };
};
