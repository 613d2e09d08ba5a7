/** Alive, ready and started are three questions. None of the answers holds an identifier. */
import type { ConsumerStatus } from '@lethe/bus';
import type { OutboxDepth } from './outbox.ts';
import type { RelayStatus } from './relay.ts';

export interface HealthFacts {
  readonly started: boolean;
  readonly draining: boolean;
  /** Null for a service that hears nothing. */
  readonly consumer: ConsumerStatus | null;
  readonly relay: RelayStatus | null;
  readonly outbox: OutboxDepth;
  /** How far this process's clock is from the database's, in milliseconds; null while unknown. */
  readonly clockOffMs: number | null;
}

export interface Health {
  readonly ok: boolean;
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[];
}

/** Silent stalls have been seen: a consumer that neither fetches nor sends heartbeats for this long is not alive. */
const LONGEST_SILENCE_MS = 60_000;
const MOST_CLOCK_OFF_MS = 30_000;
const OLDEST_OUTBOX_MS = 30_000;

export function liveness({ consumer, started }: HealthFacts): Health {
  const problems: string[] = [];
  if (consumer?.dead != null) problems.push('the consumer has given up');
  if (started && consumer !== null && consumer.idleMs > LONGEST_SILENCE_MS && Number.isFinite(consumer.idleMs)) {
    problems.push(`nothing was fetched and no heartbeat was sent for ${Math.round(consumer.idleMs / 1000)} s`);
  }
  return { ok: problems.length === 0, problems };
}

export function readiness(facts: HealthFacts): Health {
  const problems = [...liveness(facts).problems];
  if (!facts.started) problems.push('still starting');
  if (facts.draining) problems.push('draining');
  if (facts.consumer !== null && !facts.consumer.joined) problems.push('not in the consumer group yet');
  for (const halted of facts.consumer?.halted ?? []) problems.push(`${halted.code}: ${halted.message}`);
  if (facts.relay?.halted != null) problems.push(facts.relay.halted);
  if (facts.outbox.oldestMs > OLDEST_OUTBOX_MS) {
    problems.push(`the oldest unpublished change waits for ${Math.round(facts.outbox.oldestMs / 1000)} s`);
  }
  if (facts.clockOffMs !== null && Math.abs(facts.clockOffMs) > MOST_CLOCK_OFF_MS) {
    problems.push(`this process's clock is ${Math.round(facts.clockOffMs / 1000)} s off the database's`);
  }
  return { ok: problems.length === 0, problems };
}
