/** Real brokers for the contract: what operators and foreign programs do is done past the bus. */
import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import type { ClusterUnderTest } from './bus.contract.ts';
import { until } from './bus-bench.contract.ts';
import { kafkaAdmin } from './kafka-admin.ts';
import { kafkaBus } from './kafka-bus.ts';
import { type KafkaClient, kafkaClient } from './kafka-client.ts';
import { silentLogger } from './logger.ts';

export interface KafkaUnderTest extends ClusterUnderTest {
  deleteTopic(name: string): Promise<void>;
}

export const kafkaCluster = (brokers: readonly string[]): KafkaUnderTest => {
  const address = { brokers, clientId: 'operator', logger: silentLogger };
  const admin = kafkaAdmin(address);
  const operator = admin.client;
  const producers: { readonly client: KafkaClient; readonly producer: Producer }[] = [];

  const deleteTopic = async (name: string): Promise<void> => {
    await operator.deleteTopics({ topics: [name] });
    await until('the topic is gone', async () => !(await operator.listTopics()).includes(name));
  };

  return {
    newBus: () => kafkaBus({ brokers, clientId: 'contract' }),
    deleteTopic,
    async recreateTopic(spec) {
      await deleteTopic(spec.name);
      await admin.createTopics([spec]);
    },
    async trim({ topic, partition }, before) {
      await operator.deleteRecords({
        topics: [{ name: topic, partitions: [{ partition, offset: BigInt(before) }] }],
      });
    },
    async expel(group) {
      const described = await operator.describeGroups({ groups: [group] });
      const members = [...described.values()].flatMap((one) =>
        [...one.members.keys()].map((memberId) => ({ memberId })),
      );
      await operator.removeMembersFromConsumerGroup({ groupId: group, members });
    },
    async begin(records) {
      const client = kafkaClient(address);
      const producer = client.kafka.producer({
        transactionalId: randomUUID(),
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
      });
      producers.push({ client, producer });
      await producer.connect();
      const transaction = await producer.transaction();
      for (const { topic, key, value, headers } of records) {
        await transaction.send({ topic, messages: [{ key, value, headers: { ...headers } }] });
      }
      return { commit: () => transaction.commit(), abort: () => transaction.abort() };
    },
    async close() {
      await Promise.all(producers.map(({ producer }) => producer.disconnect()));
      for (const { client } of producers) client.destroy();
      await admin.close();
    },
  };
};
