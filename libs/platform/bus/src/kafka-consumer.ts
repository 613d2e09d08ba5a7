/** A consumer that outlives its memberships: after a crash of kafkajs a new one is built, after a few it is dead. */
import type { Consumer, Subscription } from './bus.ts';
import { LostPartitionError } from './errors.ts';
import type { KafkaAdmin } from './kafka-admin.ts';
import { errorType, type KafkaAddress } from './kafka-client.ts';
import { type ConsumerTiming, kafkaMembership, type Membership } from './kafka-membership.ts';
import { errorFields } from './logger.ts';
import { backOffMs, decideRetry } from './retry.ts';

const CRASHES_BEFORE_DEATH = 5;
const CRASH_WINDOW_MS = 60_000;
const rebuildPolicy = { firstDelayMs: 100, maxDelayMs: 5_000, maxAttempts: Infinity, maxElapsedMs: Infinity };
const commitPolicy = { firstDelayMs: 50, maxDelayMs: 1_000, maxAttempts: Infinity, maxElapsedMs: 20_000 };
const lostTypes = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The broker is away or restarting: liveness shows that, and it is no reason to give up. */
const isOutage = (error: unknown): boolean => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === 'KafkaJSNumberOfRetriesExceeded' || at.name.startsWith('KafkaJSConnection')) return true;
    if (at.name === 'KafkaJSBrokerNotFound' || at.name === 'KafkaJSNoBrokerAvailableError') return true;
    if (at.name === 'KafkaJSRequestTimeoutError' || Reflect.get(at, 'retriable') === true) return true;
  }
  return false;
};

export const kafkaConsumer = async (
  address: KafkaAddress,
  timing: ConsumerTiming,
  admin: KafkaAdmin,
  subscription: Subscription,
): Promise<Consumer> => {
  const { logger } = address;
  const { group } = subscription;
  let member: Membership | null = null;
  let answeredAt = -Infinity;
  let commitErrors = 0;
  let crashes: readonly number[] = [];
  let dead: Error | null = null;
  let stopping: Promise<void> | null = null;
  let rebuilding: Promise<void> | null = null;

  const stopped = (): boolean => stopping !== null;

  const join = (): Promise<Membership> => {
    let crashed = false;
    return kafkaMembership(address, timing, admin, subscription, {
      answered: () => (answeredAt = performance.now()),
      commitFailed(error) {
        commitErrors += 1;
        logger.warn({ group, ...errorFields(error) }, 'a commit failed');
      },
      crashed(error) {
        if (crashed || stopped()) return;
        crashed = true;
        rebuilding = rebuild(error).finally(() => {
          rebuilding = null;
        });
      },
    });
  };

  const countCrash = (error: Error): void => {
    if (isOutage(error)) return;
    const now = performance.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (crashes.length >= CRASHES_BEFORE_DEATH) dead = error;
  };

  const rebuild = async (first: Error): Promise<void> => {
    const old = member;
    member = null;
    let error: unknown = first;
    await old?.discard();
    for (let attempt = 1; !stopped(); attempt += 1) {
      logger.warn({ group, attempt, ...errorFields(error) }, 'the consumer crashed; a new one is built');
      countCrash(error instanceof Error ? error : new Error('the consumer crashed'));
      if (dead !== null) {
        logger.error({ group, ...errorFields(error) }, 'the consumer crashed too often and gives up');
        return;
      }
      await pause(backOffMs(attempt, Math.random(), rebuildPolicy));
      if (stopped()) return;
      try {
        const made = await join();
        if (stopped()) await made.discard();
        else member = made;
        return;
      } catch (caught) {
        error = caught;
      }
    }
  };

  member = await join();

  const assignments = () => member?.assignments() ?? [];
  return {
    status: () => ({
      joined: member?.joined() ?? false,
      assigned: assignments().map(({ at }) => at),
      idleMs: performance.now() - answeredAt,
      halted: assignments().flatMap((one) => one.halted() ?? []),
      paused: assignments()
        .filter((one) => one.waiting())
        .map(({ at }) => at),
      commitErrors,
      dead,
    }),
    async commit(positions) {
      const began = performance.now();
      for (let attempt = 1; ; attempt += 1) {
        const ours = new Set(assignments().map(({ at }) => `${at.topic}/${at.partition}`));
        try {
          if (member === null) throw new Error('the consumer is being rebuilt');
          await member.commit(positions);
          return;
        } catch (error) {
          commitErrors += 1;
          const notOurs = positions.some(({ topic, partition }) => !ours.has(`${topic}/${partition}`));
          if (notOurs || lostTypes.includes(errorType(error) ?? '')) {
            throw new LostPartitionError('a position to commit is no longer ours', { cause: error });
          }
          const next = decideRetry(commitPolicy, attempt, performance.now() - began, Math.random());
          if (next.kind === 'enough') throw error;
          await pause(next.afterMs);
        }
      }
    },
    async recheck() {
      await Promise.all(
        assignments()
          .filter((one) => one.halted() !== null)
          .map((one) => one.begin()),
      );
    },
    stop() {
      stopping ??= (async () => {
        await rebuilding;
        await member?.leave();
      })();
      return stopping;
    },
  };
};
