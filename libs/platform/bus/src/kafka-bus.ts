/** The bus over real Kafka: kafkajs for what flows, @platformatic/kafka for what kafkajs cannot see. */
import { randomUUID } from 'node:crypto';
import type { Bus, Consumer, Producer, RelayProducer } from './bus.ts';
import { kafkaAdmin } from './kafka-admin.ts';
import { kafkaConsumer } from './kafka-consumer.ts';
import { readTopic } from './kafka-log-reader.ts';
import { kafkaProducer } from './kafka-producer.ts';
import { kafkaRelayProducer } from './kafka-relay-producer.ts';
import { type BusLogger, silentLogger } from './logger.ts';

export interface KafkaBusOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Default: silent. */
  readonly logger?: BusLogger;
  /** How long the group waits for a silent member. Default 6,000, the broker's usual minimum; it is also the longest stall after a kill. */
  readonly sessionTimeoutMs?: number;
  /** How long `stop()` lets running handlers finish before they see `lost`. Default 20,000. */
  readonly drainMs?: number;
}

export const kafkaBus = (options: KafkaBusOptions): Bus => {
  const address = { brokers: options.brokers, clientId: options.clientId, logger: options.logger ?? silentLogger };
  const timing = { sessionTimeoutMs: options.sessionTimeoutMs ?? 6_000, drainMs: options.drainMs ?? 20_000 };
  const admin = kafkaAdmin(address);
  const open = new Set<() => Promise<void>>();
  let closed = false;

  const guard = (): void => {
    if (closed) throw new Error('the bus is closed');
  };

  /** Whatever was opened on this bus is closed with it, once. */
  const owned = (close: () => Promise<void>): (() => Promise<void>) => {
    let closing: Promise<void> | null = null;
    const once = (): Promise<void> => {
      open.delete(once);
      closing ??= close();
      return closing;
    };
    open.add(once);
    return once;
  };

  return {
    async subscribe(subscription): Promise<Consumer> {
      guard();
      const consumer = await kafkaConsumer(address, timing, admin, subscription);
      return { ...consumer, stop: owned(() => consumer.stop()) };
    },
    async producer(name): Promise<Producer> {
      guard();
      const producer = await kafkaProducer({ ...address, clientId: `${options.clientId}-${name}` });
      return { ...producer, close: owned(() => producer.close()) };
    },
    async relayProducer(transactionalId, positions): Promise<RelayProducer> {
      guard();
      const producer = await kafkaRelayProducer(address, transactionalId, positions);
      return { ...producer, close: owned(() => producer.close()) };
    },
    createTopics: (specs) => admin.createTopics(specs),
    checkTopics: (specs) => admin.checkTopics(specs),
    topicIds: (topics) => admin.topicIds(topics),
    endOffsets: (topics) => admin.endOffsets(topics),
    startOffsets: (topics) => admin.startOffsets(topics),
    committedOffsets: (group, topics) => admin.committedOffsets(group, topics),
    listTopics: (prefix) => admin.listTopics(prefix),
    readAll: (topic) => readTopic(admin, `${options.clientId}-read-${randomUUID()}`, topic),
    async close() {
      closed = true;
      await Promise.all([...open].map((close) => close()));
      await admin.close();
    },
  };
};
