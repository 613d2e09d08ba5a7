/** What a subscriber is given, and what it is asked and told while it runs. */
import type { Bus, BusLogger, ConsumerStatus } from '@lethe/bus';
import type { ErasureAnswered } from '@lethe/contracts';
import { SettingsError } from '@lethe/publisher';
import { isMethod, methodNames } from './done.ts';
import type { Ledger } from './ledger.ts';
import type { NoOrder } from './order-in.ts';
import type { Team } from './team.ts';

export interface SubscriberOptions extends Team {
  /** What was answered, by order id. Default: `fileLedger` at `LETHE_LEDGER`, else in the user's state folder. */
  readonly ledger?: Ledger;
  /** `host:port` each. Default: `LETHE_KAFKA_BROKERS`, else `localhost:9092`. */
  readonly brokers?: readonly string[];
  /** Of the deployment's topics. Default: `LETHE_PREFIX`, else `lethe`. */
  readonly prefix?: string;
  /** Kafka's consumer group. Default: `<prefix>-team-<system>`. */
  readonly group?: string;
  /** How many orders are worked on at once. Default 4. */
  readonly concurrency?: number;
  /** When, and then how often, a call of the team that still runs is logged, in milliseconds. Default 60,000. */
  readonly warnAfterMs?: number;
  /**
   * How long one call of `erase` or `count` may last, in milliseconds; longer than any honest one. Then `context.signal`
   * is aborted, the call is waited for no longer, and `failed` (`erase_too_long`) is answered. Default: no limit.
   */
  readonly limitMs?: number;
  /** How often an order is tried before `failed` is answered. Default 5. */
  readonly attempts?: number;
  /** Before the second attempt, in milliseconds; doubles up to 10,000. Default 500. */
  readonly retryAfterMs?: number;
  /** How long `stop()` lets running erasures finish, in milliseconds. Default 20,000. */
  readonly drainMs?: number;
  /** How long the group, and other processes of the team, wait for a silent one, in milliseconds. Default: `LETHE_SESSION_TIMEOUT_MS`, else 10,000. */
  readonly sessionTimeoutMs?: number;
  /** Order ids, codes and numbers, never an identifier. Default: silent. */
  readonly logger?: BusLogger;
  /** Ends the waiting for Lethe's topics, while `subscribe` has not resolved yet. */
  readonly signal?: AbortSignal;
  /** An open bus instead of `brokers`; closing it stays the caller's. */
  readonly bus?: Bus;
}

export interface SubscriberStatus {
  /** Orders that are worked on, or wait for it. */
  readonly inHand: number;
  /** Answers sent since the start, by outcome; an order that was answered again counts again. */
  readonly answered: Readonly<Partial<Record<ErasureAnswered['outcome'], number>>>;
  /** Records that were no order for this system, by reason. */
  readonly passedOver: Readonly<Partial<Record<NoOrder, number>>>;
  readonly consumer: ConsumerStatus;
}

export interface Subscriber {
  status(): SubscriberStatus;
  /** Begins nothing new, lets running erasures finish and answer, commits, leaves the group. */
  stop(): Promise<void>;
}

/** As long as a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The team by itself, also when it is written as a class: its methods stay its own.
 *
 * @throws SettingsError when it lacks what it needs; not every team compiles with types
 */
export function teamIn(options: Team): Team {
  const { system, method } = options;
  const [erase, count]: readonly unknown[] = [Reflect.get(options, 'erase'), Reflect.get(options, 'count')];
  if (typeof erase !== 'function') throw new SettingsError('erase must be a function: erase(order, context)');
  if (count !== undefined && typeof count !== 'function') {
    throw new SettingsError('count must be a function, count(order), or be left out');
  }
  if (method !== undefined && !isMethod(method)) throw new SettingsError(`method must be one of ${methodNames}`);
  return {
    system,
    ...(method !== undefined && { method }),
    erase: (order, context) => options.erase(order, context),
    ...(count !== undefined && { count: (order) => options.count?.(order) ?? NaN }),
  };
}

/** @throws SettingsError */
export function millisecondsIn(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= LONGEST_MS) return value;
  throw new SettingsError(`${name} must be a whole number of milliseconds from 1 to ${LONGEST_MS}`);
}
