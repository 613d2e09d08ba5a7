/** Looks after a running service: back-pressure, health, halted partitions, the clock. */
import type { Consumer } from '@lethe/bus';
import type { Clock } from './clock.ts';
import { startLoop } from './due-timer.ts';
import type { HealthFacts } from './health.ts';
import { ERROR_OF_OURS } from './last-resort.ts';
import { outboxDepth, type OutboxDepth } from './outbox.ts';
import type { Relay } from './relay.ts';
import type { ServiceRuntime } from './runtime.ts';

export interface Watch {
  facts(): HealthFacts;
  congested(): boolean;
  started(): void;
  draining(): void;
  stop(): Promise<void>;
}

/** Back-pressure begins here: more would only wait, in the database instead of on the bus. */
const MOST_OUTBOX_EVENTS = 50_000;
const OLDEST_OUTBOX_MS = 30_000;
const LOOK_EVERY_MS = 500;
const RECHECK_EVERY_MS = 5_000;
const CLOCK_EVERY_MS = 10_000;

export function startWatch(
  runtime: ServiceRuntime,
  parts: {
    readonly consumer: { readonly current: Consumer | null };
    readonly relay: { readonly current: Relay | null };
    readonly clock: Clock;
  },
): Watch {
  const { store, metrics, logger } = runtime;
  let started = false;
  let draining = false;
  let outbox: OutboxDepth = { events: 0, oldestMs: 0 };
  let recheckAt = 0;
  let clockAt = 0;

  const facts = (): HealthFacts => ({
    started,
    draining,
    consumer: parts.consumer.current?.status() ?? null,
    relay: parts.relay.current?.status() ?? null,
    outbox,
    clockOffMs: parts.clock.offMs(),
  });

  const look = async (): Promise<boolean> => {
    outbox = await outboxDepth(store);
    metrics.gauge('outbox_events', outbox.events);
    metrics.gauge('outbox_oldest_seconds', outbox.oldestMs / 1000);
    const now = performance.now();
    if (now >= clockAt) {
      clockAt = now + CLOCK_EVERY_MS;
      await parts.clock.look();
    }
    const consumer = parts.consumer.current;
    if (consumer === null) return false;
    const status = consumer.status();
    metrics.gauge('partitions_halted', status.halted.length);
    metrics.gauge('partitions_assigned', status.assigned.length);
    metrics.gauge('consumer_idle_seconds', Number.isFinite(status.idleMs) ? status.idleMs / 1000 : 0);
    if (status.dead !== null) {
      logger.error({ error: status.dead }, 'the consumer has given up, and so does the process: start it again');
      process.exit(ERROR_OF_OURS);
    }
    if (status.halted.length > 0 && now >= recheckAt) {
      recheckAt = now + RECHECK_EVERY_MS;
      for (const halted of status.halted) logger.error({ code: halted.code, topic: halted.topic }, halted.message);
      await consumer.recheck();
    }
    return false;
  };

  const loop = startLoop(runtime, 'watch', LOOK_EVERY_MS, look);
  return {
    facts,
    congested: () => outbox.events > MOST_OUTBOX_EVENTS || outbox.oldestMs > OLDEST_OUTBOX_MS,
    started: () => (started = true),
    draining: () => (draining = true),
    stop: () => loop.stop(),
  };
}
