/** A team's part in Lethe, whole: hear the orders of its system, have them erased, answer. */
import { randomUUID } from 'node:crypto';
import { type Bus, type BusLogger, type BusRecord, type Consumer, kafkaBus, type Producer } from '@lethe/bus';
import { type ErasureAnswered, topicName } from '@lethe/contracts';
import { batchSender, kafkaSettings, publishSchema } from '@lethe/publisher';
import { answerRecord, sourceOf } from './answer.ts';
import { silent } from './log.ts';
import { done, orderDesk, type Task } from './order-desk.ts';
import { type NoOrder, orderIn } from './order-in.ts';
import { partitionWindows } from './partition-windows.ts';
import { waited, within } from './patience.ts';
import { schemasOn } from './schemas.ts';
import { openFileLedger, sessionTimeoutIn } from './settings.ts';
import { millisecondsIn, type Subscriber, type SubscriberOptions, teamIn } from './subscriber-options.ts';
import { turnstile } from './turnstile.ts';
import type { Workplace } from './workplace.ts';

const CONCURRENCY = 4;
const ATTEMPTS = 5;
const RETRY_AFTER_MS = 500;
const MAX_RETRY_AFTER_MS = 10_000;
const DRAIN_MS = 20_000;
const WARN_AFTER_MS = 60_000;
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
  const { logger = silent } = options;
  const team = teamIn(options);
  const { system } = team;
  const warnAfterMs = millisecondsIn('warnAfterMs', options.warnAfterMs ?? WARN_AFTER_MS);
  const limitMs = options.limitMs === undefined ? null : millisecondsIn('limitMs', options.limitMs);
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
    const place: Workplace = {
      ...{ team, ledger, by: randomUUID(), aliveMs: sessionTimeoutMs, retry, warnAfterMs, limitMs, logger },
      places: turnstile(options.concurrency ?? CONCURRENCY, draining.signal),
      ...{ draining: draining.signal, over: over.signal },
    };
    const desk = orderDesk(place, async (answer, traceparent) => {
      await sender.send([answerRecord(prefix, system, answer, traceparent)]);
      answered.add(answer.outcome);
    });

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
