/** User events on their way to Lethe: checked first, then in batches, one on its way at a time. */
import { type Bus, type BusLogger, kafkaBus, type Producer } from '@lethe/bus';
import { topicName, type UserEvent } from '@lethe/contracts';
import { batchSender } from './batch-sender.ts';
import { PublishError } from './publish-error.ts';
import { publishSchema } from './publish-schema.ts';
import { kafkaSettings } from './settings.ts';
import { userEventRecord } from './user-event-record.ts';

export interface PublisherOptions {
  /** Who publishes, a URI reference such as `/newsletter`; it stands in each record's `ce_source`. Names no person. */
  readonly source: string;
  /** `host:port` each. Default: `LETHE_KAFKA_BROKERS`, else `localhost:9092`. */
  readonly brokers?: readonly string[];
  /** Of the deployment's topics. Default: `LETHE_PREFIX`, else `lethe`. */
  readonly prefix?: string;
  /** Default: silent. Fields and messages hold no payload. */
  readonly logger?: BusLogger;
  /** How long a send is repeated before `not_sent`, in milliseconds. Default 60,000. */
  readonly giveUpAfterMs?: number;
  /** An open bus instead of `brokers`; closing it stays the caller's. */
  readonly bus?: Bus;
}

export interface PublishOptions {
  /** W3C trace context of what caused the events; one that is malformed is left off. */
  readonly traceparent?: string;
}

/** Told while a long sequence is on its way: how many of its events are durable. */
export type Published = (events: number) => void;

export interface Publisher {
  /**
   * Resolves when every event is durable: who awaits it goes no faster than Kafka. Calls that are made meanwhile are
   * sent together. One bad event refuses the whole call before anything of it is sent.
   *
   * @throws PublishError
   */
  publish(events: UserEvent | readonly UserEvent[], options?: PublishOptions): Promise<void>;
  /**
   * A sequence of any length, in parts: the next part is made while one is on its way. Resolves with the number of
   * events when all are durable. A bad event ends it by its place in the sequence, after the parts before its own; so
   * does what the sequence throws; and so does `close()`, without waiting for a further event. Whatever the end, nothing
   * of it is on its way any more.
   *
   * @throws PublishError
   */
  publishAll(
    events: Iterable<UserEvent> | AsyncIterable<UserEvent>,
    published?: Published,
    options?: PublishOptions,
  ): Promise<number>;
  /**
   * Takes nothing more, also of sequences; resolves when what was accepted has been acknowledged (or its callers have
   * been told).
   */
  close(): Promise<void>;
}

const PART = 2_000;
const CLOSED = Symbol('closed');
/** Who awaits each call is never near it; for who does not, memory ends somewhere. */
const MOST_WAITING = 100_000;

/**
 * Connects to Kafka and says how its events are read, before the first of them.
 *
 * @throws PublishError `no_topic` when Lethe's services have not made their topics yet
 * @throws SettingsError
 */
export async function connectPublisher(options: PublisherOptions): Promise<Publisher> {
  const { brokers, prefix } = kafkaSettings(options);
  const { source, logger } = options;
  const bus = options.bus ?? kafkaBus({ brokers, clientId: `${prefix}-publisher`, ...(logger && { logger }) });
  let producer: Producer | null = null;
  const release = async (): Promise<void> => {
    await producer?.close();
    if (options.bus === undefined) await bus.close();
  };
  try {
    const topic = topicName(prefix, 'lethe.user-events');
    await haveTopics(bus, [topic, topicName(prefix, 'lethe.schemas')]);
    producer = await bus.producer('publisher');
    await publishSchema(producer, prefix, source, 'UserEvent');
    const sender = batchSender(producer, {
      mostRecords: PART,
      ...(options.giveUpAfterMs !== undefined && { giveUpAfterMs: options.giveUpAfterMs }),
    });
    return publisherOn({ topic, source, sender }, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function haveTopics(bus: Bus, topics: readonly string[]): Promise<void> {
  const known = await bus.topicIds(topics);
  const missing = topics.filter((topic) => !known.has(topic));
  if (missing.length === 0) return;
  const message = `Kafka has no topic ${missing.join(', ')}: start Lethe's services first, or check LETHE_PREFIX`;
  throw new PublishError('no_topic', message);
}

interface Outlet {
  readonly topic: string;
  readonly source: string;
  readonly sender: ReturnType<typeof batchSender>;
}

function publisherOn({ topic, source, sender }: Outlet, release: () => Promise<void>): Publisher {
  const underWay = new Set<Promise<unknown>>();
  /** Those who wait for a sequence: told by a close. Not one promise for all: what each waited for would hang on it. */
  const waiting = new Set<() => void>();
  let closing: Promise<void> | null = null;

  /** What a close waits for, whatever becomes of it. */
  const held = <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== null) return Promise.reject(new PublishError('closed', 'the publisher is closed'));
    const promise = work();
    underWay.add(promise);
    const done = (): void => void underWay.delete(promise);
    promise.then(done, done);
    return promise;
  };

  const orClosed = <T>(next: Promise<T>): Promise<T | typeof CLOSED> =>
    new Promise((resolve, reject) => {
      const tell = (): void => resolve(CLOSED);
      const forget = (): void => void waiting.delete(tell);
      waiting.add(tell);
      if (closing !== null) tell();
      next.then(resolve, reject).finally(forget).catch(reject);
    });

  const send = async (events: readonly UserEvent[], before: number, traceparent?: string): Promise<void> => {
    const envelope = { topic, source, time: new Date(), traceparent: wellFormed(traceparent) };
    const records = events.map((event, index) => userEventRecord(event, before + index, envelope));
    if (sender.waiting() >= MOST_WAITING) {
      throw new PublishError(
        'busy',
        `${MOST_WAITING} events wait for Kafka: await earlier calls, then repeat this one`,
      );
    }
    await sender.send(records);
  };

  return {
    publish: (events, options = {}) => held(() => send(isOne(events) ? [events] : events, 0, options.traceparent)),
    publishAll: (events, published = () => undefined, options = {}) =>
      held(async () => {
        let count = 0;
        let durable = 0;
        let onItsWay: Promise<void> = Promise.resolve();
        const parts = partsOf(events);
        try {
          for (;;) {
            const next = await orClosed(parts.next());
            if (next === CLOSED) {
              throw new PublishError('closed', `the publisher was closed; ${count} events of the sequence were sent`);
            }
            if (next.done === true) break;
            const part = next.value;
            const before = onItsWay;
            onItsWay = send(part, count, options.traceparent).then(() => published((durable += part.length)));
            onItsWay.catch(() => undefined); // it is awaited below, but perhaps not before it fails
            await before;
            count += part.length;
          }
          await onItsWay;
          return count;
        } finally {
          await onItsWay.catch(() => undefined); // however it ended: a close must not overtake what is on its way
          // Not awaited: a sequence that has no further event for now would never hear of it.
          parts.return(undefined).catch(() => undefined);
        }
      }),
    close() {
      closing ??= Promise.allSettled(underWay).then(release);
      for (const tell of waiting) tell();
      return closing;
    },
  };
}

const isOne = (events: UserEvent | readonly UserEvent[]): events is UserEvent => !Array.isArray(events);

const wellFormed = (traceparent: string | undefined): string | undefined =>
  traceparent !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent)
    ? traceparent
    : undefined;

async function* partsOf(
  events: Iterable<UserEvent> | AsyncIterable<UserEvent>,
): AsyncGenerator<readonly UserEvent[], void, undefined> {
  let part: UserEvent[] = [];
  if (Symbol.iterator in events) {
    // No promise per event: there may be millions.
    for (const event of events) {
      part.push(event);
      if (part.length < PART) continue;
      yield part;
      part = [];
    }
  } else {
    for await (const event of events) {
      part.push(event);
      if (part.length < PART) continue;
      yield part;
      part = [];
    }
  }
  if (part.length > 0) yield part;
}
