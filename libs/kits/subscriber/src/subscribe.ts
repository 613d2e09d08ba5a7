/** A team's part in Lethe, whole: hear the orders of its system, have them erased, answer. */
import { randomUUID } from 'node:crypto';
import {
  type Bus,
  type BusLogger,
  type BusRecord,
  type Consumer,
  type ConsumerStatus,
  kafkaBus,
  type Producer,
} from '@lethe/bus';
import { type ErasureAnswered, topicName } from '@lethe/contracts';
import { batchSender, kafkaSettings, publishSchema } from '@lethe/publisher';
import { answerRecord, sourceOf } from './answer.ts';
import type { Ledger } from './ledger.ts';
import { silent } from './log.ts';
import { done, orderDesk, type Task } from './order-desk.ts';
import { type NoOrder, orderIn } from './order-in.ts';
import { partitionWindows } from './partition-windows.ts';
import { waited, within } from './patience.ts';
import { schemasOn } from './schemas.ts';
import { openFileLedger, sessionTimeoutIn } from './settings.ts';
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

const CONCURRENCY = 4;
const ATTEMPTS = 5;
const RETRY_AFTER_MS = 500;
const MAX_RETRY_AFTER_MS = 10_000;
const DRAIN_MS = 20_000;
/** For erasures that heed `context.signal`. */
const LAST_MS = 1_000;
const TOPICS_EVERY_MS = 1_000;
/** Handlers only look, so all partitions may at once. */
const PARTITIONS_AT_ONCE = 6;

/**
 * Waits until Lethe's topics of the system are there, then resolves; from then on orders are worked on, until `stop()`.
 *
 * @throws SettingsError for options or environment that cannot be used
 */
export async function subscribe(options: SubscriberOptions): Promise<Subscriber> {
  const { system, logger = silent } = options;
  const { brokers, prefix } = kafkaSettings(options);
  const orders = topicName(prefix, 'lethe.erasure-orders.*', system);
  const sessionTimeoutMs = options.sessionTimeoutMs ?? sessionTimeoutIn(process.env);
  const ledger = options.ledger ?? openFileLedger(prefix, system, process.env);
  const clientId = `${prefix}-team-${system}`;
  const bus = options.bus ?? kafkaBus({ brokers, clientId, sessionTimeoutMs, logger });
  let producer: Producer | null = null;
  const release = async (): Promise<void> => {
    await producer?.close();
    if (options.bus === undefined) await bus.close();
    if (options.ledger === undefined) await ledger.close?.();
  };
  try {
    await topicsThere(bus, [orders, topicName(prefix, 'lethe.answers.*', system)], logger, options.signal);
    producer = await bus.producer('answers');
    await publishSchema(producer, prefix, sourceOf(system), 'ErasureAnswered');
    const sender = batchSender(producer);
    const [draining, over] = [new AbortController(), new AbortController()];
    const answered = counter<ErasureAnswered['outcome']>();
    const passedOver = counter<NoOrder>();
    const retry = {
      firstDelayMs: options.retryAfterMs ?? RETRY_AFTER_MS,
      maxDelayMs: MAX_RETRY_AFTER_MS,
      maxAttempts: options.attempts ?? ATTEMPTS,
      maxElapsedMs: Infinity,
    };
    const signals = { draining: draining.signal, over: over.signal };
    const place = { team: options, ledger, by: randomUUID(), aliveMs: sessionTimeoutMs, retry, logger, ...signals };
    const desk = orderDesk(
      place,
      async (answer, traceparent) => {
        await sender.send([answerRecord(prefix, system, answer, traceparent)]);
        answered.add(answer.outcome);
      },
      options.concurrency ?? CONCURRENCY,
    );

    const schemas = schemasOn(bus, topicName(prefix, 'lethe.schemas'));
    const hear = async (record: BusRecord): Promise<Task> => {
      let found = orderIn(record, system, schemas.set);
      if (found.kind === 'none' && found.why === 'unknown_fingerprint' && record.value !== null) {
        await schemas.learnFor(record.value);
        found = orderIn(record, system, schemas.set);
      }
      if (found.kind === 'order') return desk.take(found.order, found.traceparent);
      passedOver.add(found.why);
      logger.warn(
        { offset: record.offset, why: found.why },
        'a record that is no order for this system is passed over',
      );
      return done;
    };
    const windows = partitionWindows(hear);
    const consumer: Consumer = await bus.subscribe({
      group: options.group ?? clientId,
      topics: [orders],
      concurrency: PARTITIONS_AT_ONCE,
      // The committed offset is where we stand. Orders that the topic has lost since come again: they are leases.
      assigned: ({ committed, logStart, logEnd }) => {
        const known = committed !== null && committed >= logStart && committed <= logEnd;
        return Promise.resolve({ kind: 'start', at: known ? committed : logStart });
      },
      handle: (batch) => windows.handle(batch),
      revoked: (at) => windows.forget(at),
      drained: () => consumer.commit(windows.positions()),
    });

    const stop = async (): Promise<void> => {
      draining.abort();
      if (!(await within(options.drainMs ?? DRAIN_MS, desk.idle()))) {
        logger.warn({ inHand: desk.inHand() }, 'the time to drain is over; the ledger knows what was begun');
        over.abort();
        await within(LAST_MS, desk.idle());
      }
      await consumer.stop();
      await release();
    };
    let stopping: Promise<void> | null = null;
    return {
      status: () => ({
        inHand: desk.inHand(),
        answered: answered.counts(),
        passedOver: passedOver.counts(),
        consumer: consumer.status(),
      }),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function topicsThere(
  bus: Bus,
  topics: readonly string[],
  logger: BusLogger,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const known = await bus.topicIds(topics);
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length === 0) return;
    const cure = 'do the services run, and is the system in their catalog?';
    if (looks % 30 === 0) logger.warn({ missing }, `waiting for Lethe's topics: ${cure}`);
    if (!(await waited(TOPICS_EVERY_MS, signal))) throw new Error('stopped while waiting for topics');
  }
}

function counter<K extends string>() {
  const counts: Partial<Record<K, number>> = {};
  return {
    add: (key: K): void => void (counts[key] = (counts[key] ?? 0) + 1),
    counts: (): Readonly<Partial<Record<K, number>>> => ({ ...counts }),
  };
}
