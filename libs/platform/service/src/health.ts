/**
 * Alive, ready and started are three questions. None of the answers holds an identifier. Alive is about this process
 * alone: a server that is away is no reason to start it again, and every reason to send it nothing.
 */
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
  /** Nothing new is taken in: too much waits to be published. */
  readonly congested: boolean;
  /** How far this process's clock is from the database's, in milliseconds; null while unknown. */
  readonly clockOffMs: number | null;
  /** Since the database last answered. */
  readonly storeSilentMs: number;
  /** For how long Kafka has been answering other questions than the consumer's; 0 when it does not. */
  readonly kafkaAnsweringMs: number;
  /** Since the last of those answers. */
  readonly kafkaSilentMs: number;
}

export interface Health {
  readonly ok: boolean;
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[];
}

/** Silent stalls have been seen: a consumer that neither fetches nor sends heartbeats for this long, while Kafka answers others. */
const LONGEST_SILENCE_MS = 60_000;
/** Not ready before that: the group will give its partitions to someone else. */
const CONSUMER_AWAY_MS = 15_000;
const STORE_AWAY_MS = 5_000;
const MOST_CLOCK_OFF_MS = 30_000;
const OLDEST_OUTBOX_MS = 30_000;

export function liveness({ consumer, started, kafkaAnsweringMs, kafkaSilentMs }: HealthFacts): Health {
  const problems: string[] = [];
  if (consumer?.dead != null) problems.push('the consumer has given up');
  const idleMs = consumer !== null && Number.isFinite(consumer.idleMs) ? consumer.idleMs : 0;
  // Kafka may be asked as seldom as once a minute, so what counts is an answer that came that long after the consumer
  // fell silent: it stays true until the next one, and an answer from before Kafka went away is none.
  const answeredAfterMs = idleMs - kafkaSilentMs;
  if (started && answeredAfterMs > LONGEST_SILENCE_MS && kafkaAnsweringMs > LONGEST_SILENCE_MS) {
    problems.push(`Kafka answers, but nothing was fetched and no heartbeat was sent for ${inSeconds(idleMs)}`);
  }
  return { ok: problems.length === 0, problems };
}

export function readiness(facts: HealthFacts): Health {
  const { consumer, relay, outbox, clockOffMs, storeSilentMs } = facts;
  const problems = [...liveness(facts).problems];
  if (!facts.started) problems.push('still starting');
  if (facts.draining) problems.push('draining');
  if (storeSilentMs > STORE_AWAY_MS) problems.push(`the database has not answered for ${inSeconds(storeSilentMs)}`);
  if (consumer !== null && !consumer.joined) problems.push('not in the consumer group yet');
  if (consumer !== null && Number.isFinite(consumer.idleMs) && consumer.idleMs > CONSUMER_AWAY_MS) {
    problems.push(`Kafka has not answered the consumer for ${inSeconds(consumer.idleMs)}`);
  }
  for (const halted of consumer?.halted ?? []) problems.push(`${halted.code}: ${halted.message}`);
  if (relay?.halted != null) problems.push(relay.halted);
  if (outbox.oldestMs > OLDEST_OUTBOX_MS) {
    problems.push(`the oldest unpublished change waits for ${inSeconds(outbox.oldestMs)}`);
  } else if (facts.congested) {
    problems.push(`too much waits to be published: ${outbox.events} events`);
  }
  if (clockOffMs !== null && Math.abs(clockOffMs) > MOST_CLOCK_OFF_MS) {
    problems.push(`this process's clock is ${inSeconds(clockOffMs)} off the database's`);
  }
  return { ok: problems.length === 0, problems };
}

/** A process that has begun to work stays started: what happens later is not this question's. */
export function startup({ started }: Pick<HealthFacts, 'started'>): Health {
  return { ok: started, problems: started ? [] : ['still starting'] };
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
