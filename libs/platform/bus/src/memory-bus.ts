/**
 * The bus in one process, for tests that must be fast: no mock, it passes the same contract as the Kafka bus. Buses
 * that share a cluster are processes that share a Kafka.
 */
import type { Bus, BusRecord, PartitionOffset, TopicPartition } from './bus.ts';
import { type BusLogger, silentLogger } from './logger.ts';
import { type MemoryCluster, memoryCluster } from './memory-cluster.ts';
import { memoryConsumer } from './memory-consumer.ts';
import type { MemoryLog } from './memory-log.ts';
import { differences } from './topic-check.ts';

export interface MemoryBus extends Bus {
  /** The brokers behind it, with the controls for tests. */
  readonly cluster: MemoryCluster;
}

export interface MemoryBusOptions {
  /** Default: a cluster of its own. */
  readonly cluster?: MemoryCluster;
  readonly logger?: BusLogger;
}

/** Everything over a network takes at least a turn of the event loop. */
const network = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const memoryBus = ({ cluster = memoryCluster(), logger = silentLogger }: MemoryBusOptions = {}): MemoryBus => {
  const open = new Set<() => Promise<void>>();
  let closed = false;
  const guard = (): void => {
    if (closed) throw new Error('the bus is closed');
  };

  const offsets = async (topics: readonly string[], of: (log: MemoryLog) => number): Promise<PartitionOffset[]> => {
    await network();
    return topics.flatMap((topic) =>
      cluster.topic(topic).logs.map((log, partition) => ({ topic, partition, offset: of(log) })),
    );
  };

  return {
    cluster,
    async subscribe(subscription) {
      guard();
      await network();
      for (const topic of subscription.topics) cluster.topic(topic);
      const consumer = memoryConsumer(cluster, subscription, logger);
      const stop = async (): Promise<void> => {
        open.delete(stop);
        await consumer.stop();
      };
      open.add(stop);
      return { ...consumer, stop };
    },
    async producer() {
      guard();
      await network();
      let gone = false;
      let queue: Promise<void> = Promise.resolve();
      return {
        send(records) {
          const sent = queue.then(async () => {
            await network();
            if (gone || closed) throw new Error('the producer is closed');
            cluster.append(records);
          });
          queue = sent.catch(() => undefined);
          return sent;
        },
        async close() {
          await queue;
          gone = true;
        },
      };
    },
    async relayProducer(transactionalId, positions) {
      guard();
      await network();
      const at = { topic: positions, partition: 0 };
      if (cluster.topic(positions).logs.length === 0) throw new Error(`no such partition: ${positions}/0`);
      const epoch = cluster.initTransactions(transactionalId);
      let broken = false;
      let queue: Promise<void> = Promise.resolve();
      const ours = (): void => {
        if (broken || closed) throw new Error(`the relay producer ${transactionalId} failed before or is closed`);
        if (cluster.epochOf(transactionalId) !== epoch) throw new Error('INVALID_PRODUCER_EPOCH');
      };
      const publish = async (records: Parameters<MemoryCluster['begin']>[0], position: number): Promise<void> => {
        try {
          await network();
          ours();
          const transaction = cluster.begin(records, transactionalId);
          await network();
          ours();
          cluster.group(transactionalId).setCommitted(at, position);
          transaction.commit();
        } catch (error) {
          broken = true;
          throw error;
        }
      };
      return {
        async position() {
          await network();
          return cluster.group(transactionalId).committed(at);
        },
        publish(records, position) {
          const published = queue.then(() => publish(records, position));
          queue = published.catch(() => undefined);
          return published;
        },
        async close() {
          await queue;
          broken = true;
        },
      };
    },
    async createTopics(specs) {
      await network();
      for (const spec of specs) if (!cluster.topics.has(spec.name)) cluster.create(spec);
    },
    async checkTopics(specs) {
      await network();
      const existing = new Map(
        [...cluster.topics].map(([name, { spec, logs }]) => [
          name,
          { partitions: logs.length, configs: new Map(Object.entries(spec.configs)) },
        ]),
      );
      return differences(specs, existing);
    },
    async topicIds(topics) {
      await network();
      return new Map([...cluster.topics].filter(([name]) => topics.includes(name)).map(([name, { id }]) => [name, id]));
    },
    endOffsets: (topics) => offsets(topics, (log) => log.end()),
    startOffsets: (topics) => offsets(topics, (log) => log.start()),
    async committedOffsets(group, topics) {
      const ends = await offsets(topics, () => -1);
      const known = cluster.group(group);
      return ends.map((at) => ({ ...at, offset: known.committed(at) ?? -1 })).filter(({ offset }) => offset >= 0);
    },
    async listTopics(prefix) {
      await network();
      return [...cluster.topics.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
    async *readAll(topic): AsyncGenerator<BusRecord & TopicPartition> {
      await network();
      for (const [partition, log] of cluster.topic(topic).logs.entries()) {
        for (const record of log.fetch(log.start(), Infinity)?.records ?? []) yield { ...record, topic, partition };
      }
    },
    async close() {
      closed = true;
      await Promise.all([...open].map((stop) => stop()));
    },
  };
};
