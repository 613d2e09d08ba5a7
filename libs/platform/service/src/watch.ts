/** Looks after a running service: back-pressure, health, halted partitions, the clock. */
import type { Consumer } from '@lethe/bus';
import type { Clock } from './clock.ts';
import { startLoop } from './due-timer.ts';
import type { HealthFacts } from './health.ts';
import { ERROR_OF_OURS } from './last-resort.ts';
import {
  backPressure,
  clockOffset,
  commitErrors,
  consumerIdle,
  kafkaSilent,
  outboxEvents,
  outboxOldest,
  partitionsAssigned,
  partitionsHalted,
  partitionsPaused,
  relayHalted,
  relayLeading,
  storeSilent,
} from './metrics/platform-metrics.ts';
import { positionsLook } from './metrics/positions-look.ts';
import { outboxDepth, type OutboxDepth } from './outbox.ts';
import type { Relay } from './relay.ts';
import type { ServiceRuntime } from './runtime.ts';
import { silence } from './silence.ts';

export interface Watch {
  facts(): HealthFacts;
  congested(): boolean;
  started(): void;
  draining(): void;
  stop(): Promise<void>;
}

export interface Watched {
  readonly consumer: { readonly current: Consumer | null };
  readonly relay: { readonly current: Relay | null };
  readonly clock: Clock;
  /** The concrete topics that the service hears. */
  readonly topics: readonly string[];
}

/** Back-pressure begins here: more would only wait, in the database instead of on the bus. */
const MOST_OUTBOX_EVENTS = 50_000;
const OLDEST_OUTBOX_MS = 30_000;
const LOOK_EVERY_MS = 500;
const RECHECK_EVERY_MS = 5_000;
const CLOCK_EVERY_MS = 10_000;

export function startWatch(runtime: ServiceRuntime, parts: Watched): Watch {
  const { store, metrics, logger } = runtime;
  const database = silence();
  const kafka = silence();
  let started = false;
  let draining = false;
  let outbox: OutboxDepth = { events: 0, oldestMs: 0 };
  let recheckAt = 0;
  let clockAt = 0;
  let knownCommitErrors = 0;

  const congested = (): boolean => outbox.events > MOST_OUTBOX_EVENTS || outbox.oldestMs > OLDEST_OUTBOX_MS;
  const facts = (): HealthFacts => ({
    started,
    draining,
    consumer: parts.consumer.current?.status() ?? null,
    relay: parts.relay.current?.status() ?? null,
    outbox,
    congested: congested(),
    clockOffMs: parts.clock.offMs(),
    storeSilentMs: database.ms(),
    kafkaAnsweringMs: kafka.answeringMs(),
    kafkaSilentMs: kafka.ms(),
  });

  const show = (): void => {
    const { consumer, relay } = facts();
    metrics.set(storeSilent, database.ms() / 1_000);
    metrics.set(kafkaSilent, kafka.ms() / 1_000);
    metrics.set(backPressure, congested() ? 1 : 0);
    metrics.set(clockOffset, parts.clock.offMs() / 1_000);
    metrics.set(relayLeading, relay?.leading === true ? 1 : 0);
    metrics.set(relayHalted, relay?.halted != null ? 1 : 0);
    if (consumer === null) return;
    metrics.set(partitionsHalted, consumer.halted.length);
    metrics.set(partitionsAssigned, consumer.assigned.length);
    metrics.set(partitionsPaused, consumer.paused.length);
    metrics.set(consumerIdle, Number.isFinite(consumer.idleMs) ? consumer.idleMs / 1_000 : 0);
    metrics.count(commitErrors, Math.max(0, consumer.commitErrors - knownCommitErrors));
    knownCommitErrors = consumer.commitErrors;
  };

  const lookAtStore = async (): Promise<boolean> => {
    try {
      outbox = await outboxDepth(store);
      if (performance.now() >= clockAt) {
        clockAt = performance.now() + CLOCK_EVERY_MS;
        await parts.clock.look();
      }
    } catch (error) {
      // What was last seen may not be so now.
      metrics.replace(outboxEvents, []);
      metrics.replace(outboxOldest, []);
      database.failed();
      throw error;
    }
    database.answered();
    metrics.set(outboxEvents, outbox.events);
    metrics.set(outboxOldest, outbox.oldestMs / 1_000);
    return false;
  };

  const lookAtConsumer = async (): Promise<boolean> => {
    show();
    const consumer = parts.consumer.current;
    if (consumer === null) return false;
    const { dead, halted } = consumer.status();
    if (dead !== null) {
      logger.error({ error: dead }, 'the consumer has given up, and so does the process: start it again');
      process.exit(ERROR_OF_OURS);
    }
    const now = performance.now();
    if (halted.length > 0 && now >= recheckAt) {
      recheckAt = now + RECHECK_EVERY_MS;
      for (const each of halted) logger.error({ code: each.code, topic: each.topic }, each.message);
      await consumer.recheck();
    }
    return false;
  };

  const positions = positionsLook(runtime, parts.topics, kafka);
  // Each for itself: a database that is away must not hide what Kafka does, nor the other way round.
  const loops = [
    startLoop(runtime, 'watch-store', LOOK_EVERY_MS, lookAtStore),
    startLoop(runtime, 'watch-consumer', LOOK_EVERY_MS, lookAtConsumer),
    startLoop(runtime, positions.name, positions.everyMs, () => positions.step()),
  ];
  return {
    facts,
    congested,
    started: () => (started = true),
    draining: () => (draining = true),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
