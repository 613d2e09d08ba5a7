/** Real brokers for the contract: what operators and foreign programs do is done by bare kafkajs. */
import { randomUUID } from 'node:crypto';
import kafkajs, { type Producer } from 'kafkajs';
import type { ClusterUnderTest } from './bus.contract.ts';
import { until } from './bus-bench.contract.ts';
import { kafkaBus } from './kafka-bus.ts';
import { kafkaClient } from './kafka-client.ts';
import { silentLogger } from './logger.ts';

export const kafkaCluster = async (brokers: readonly string[]): Promise<ClusterUnderTest> => {
  const client = kafkaClient({ brokers, clientId: 'operator', logger: silentLogger });
  const { kafka } = client;
  const admin = kafka.admin();
  const producers: Producer[] = [];
  await admin.connect();
  return {
    newBus: () => kafkaBus({ brokers, clientId: 'contract' }),
    async recreateTopic({ name, partitions, configs }) {
      await admin.deleteTopics({ topics: [name] });
      const create = {
        topics: [
          {
            topic: name,
            numPartitions: partitions,
            configEntries: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
          },
        ],
      };
      // The deletion is reported before it is finished.
      await until('the topic is back', async () => {
        try {
          return await admin.createTopics(create);
        } catch (error) {
          if (error instanceof kafkajs.KafkaJSError) return false;
          throw error;
        }
      });
    },
    async trim({ topic, partition }, before) {
      // kafkajs asks for the leader without loading the topic's metadata first.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
    },
    async begin(records) {
      const producer = kafka.producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
      producers.push(producer);
      await producer.connect();
      const transaction = await producer.transaction();
      for (const { topic, key, value, headers } of records) {
        await transaction.send({ topic, messages: [{ key, value, headers: { ...headers } }] });
      }
      return { commit: () => transaction.commit(), abort: () => transaction.abort() };
    },
    async close() {
      await Promise.all([admin.disconnect(), ...producers.map((producer) => producer.disconnect())]);
      client.destroy();
    },
  };
};
