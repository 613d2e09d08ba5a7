import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testStack } from '@lethe/testkit';
import { busContract } from './bus.contract.ts';
import { bench, until } from './bus-bench.contract.ts';
import { kafkaCluster, type KafkaUnderTest } from './kafka-cluster.contract.ts';

const brokers = async (): Promise<readonly string[]> => (await testStack()).kafka.brokers;

busContract('kafka bus', async () => kafkaCluster(await brokers()), 60_000);

describe('kafka bus alone', () => {
  let cluster: KafkaUnderTest | null = null;
  const underTest = (): KafkaUnderTest => {
    if (cluster === null) throw new Error('the cluster is not up');
    return cluster;
  };
  beforeAll(async () => {
    cluster = kafkaCluster(await brokers());
  }, 120_000);
  afterAll(async () => {
    await cluster?.close();
  });

  it('a handler that works longer than the session timeout keeps its membership', async () => {
    await using on = bench(underTest());
    const topic = await on.topic(1);
    await on.send(topic, ['a']);
    const { consumer, notes } = await on.subscribe([topic], {
      async handle() {
        await sleep(8_000);
        return { kind: 'done' };
      },
    });
    await until('it was committed', async () => {
      const [at] = await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name]);
      return at?.offset === 1;
    });
    expect(notes.batches).toHaveLength(1);
    expect(notes.facts).toHaveLength(1);
    expect(consumer.status()).toMatchObject({ joined: true, commitErrors: 0, dead: null });
  }, 60_000);

  it('a consumer whose topic is gone comes back when the topic does', async () => {
    await using on = bench(underTest());
    const gone = await on.topic(1);
    const stays = await on.topic(1);
    const { consumer, notes } = await on.subscribe([gone, stays]);
    await until('it joined', () => notes.facts.length === 2);
    await underTest().deleteTopic(gone.name);
    await sleep(2_000);
    await on.bus.createTopics([gone]);
    await on.send(gone, ['anew']);
    await until('the record came', () => notes.values().includes('anew'));
    expect(new Set(notes.facts.filter((one) => one.topic === gone.name).map(({ topicId }) => topicId)).size).toBe(2);
    expect(consumer.status().dead).toBeNull();
  }, 60_000);
});
