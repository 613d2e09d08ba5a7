/** How records come to the log: producers, the relay's producer, topics. */
import { describe, expect, it } from '@jest/globals';
import { bench, record, texts, until } from './bus-bench.contract.ts';
import type { ClusterUnderTest } from './bus.contract.ts';

const readAll = async (topic: string, bus: ReturnType<typeof bench>['bus']): Promise<readonly string[]> => {
  const records = [];
  for await (const one of bus.readAll(topic)) records.push(one);
  return texts(records);
};

export const publishingContract = (cluster: () => ClusterUnderTest, timeoutMs: number): void => {
  describe('producer', () => {
    it(
      'splits what is more than a request may hold, and keeps the order',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const padding = 'x'.repeat(50_000);
        const values = Array.from({ length: 60 }, (_, i) => `${i} ${padding}`);
        await on.send(topic, values);
        expect((await readAll(topic.name, on.bus)).map((value) => Number(value.split(' ')[0]))).toEqual(
          values.map((_, i) => i),
        );
      },
      timeoutMs,
    );

    it(
      'keeps the order of calls that were not awaited, and lives on after a refused one',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const producer = await on.bus.producer('test');
        const sent = Array.from({ length: 20 }, (_, i) => producer.send([record(topic, String(i))]));
        await Promise.all(sent);
        const tooLarge = { ...record(topic, ''), value: Buffer.alloc(2_000_000) };
        await expect(producer.send([tooLarge])).rejects.toThrow();
        await producer.send([record(topic, '20')]);
        expect(await readAll(topic.name, on.bus)).toEqual(Array.from({ length: 21 }, (_, i) => String(i)));
        await producer.close();
        await expect(producer.send([record(topic, 'late')])).rejects.toThrow();
      },
      timeoutMs,
    );
  });

  describe('relay producer', () => {
    it(
      'publishes records and position together',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(2);
        const positions = await on.topic(1);
        const id = `${on.prefix}-relay`;
        const relay = await on.bus.relayProducer(id, positions.name);
        expect(await relay.position()).toBeNull();
        await relay.publish([record(topic, 'a', 'x'), record(topic, 'b', 'y')], 1);
        expect(await relay.position()).toBe(1);
        await relay.publish([], 2);
        await relay.publish([record(topic, 'c', 'x')], 3);
        expect(await relay.position()).toBe(3);
        expect((await readAll(topic.name, on.bus)).toSorted()).toEqual(['a', 'b', 'c']);
        expect(await on.bus.endOffsets([positions.name])).toEqual([{ topic: positions.name, partition: 0, offset: 0 }]);
      },
      timeoutMs,
    );

    it(
      'is fenced by a newer one of the same id: nothing of the zombie is seen, the position is exact',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const positions = await on.topic(1);
        const id = `${on.prefix}-relay`;
        const zombie = await on.bus.relayProducer(id, positions.name);
        await zombie.publish([record(topic, 'before')], 1);
        const heir = await on.newBus().relayProducer(id, positions.name);
        expect(await heir.position()).toBe(1);
        await expect(zombie.publish([record(topic, 'late')], 2)).rejects.toThrow();
        await expect(zombie.publish([record(topic, 'later')], 3)).rejects.toThrow();
        expect(await heir.position()).toBe(1);
        await heir.publish([record(topic, 'after')], 2);
        expect(await heir.position()).toBe(2);
        expect(await readAll(topic.name, on.bus)).toEqual(['before', 'after']);
      },
      timeoutMs,
    );

    it(
      'is useless after an error, and what it had begun is undone by the next one',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const positions = await on.topic(1);
        const id = `${on.prefix}-relay`;
        const relay = await on.bus.relayProducer(id, positions.name);
        const tooLarge = { ...record(topic, ''), value: Buffer.alloc(2_000_000) };
        await expect(relay.publish([record(topic, 'begun'), tooLarge], 1)).rejects.toThrow();
        await expect(relay.publish([record(topic, 'again')], 1)).rejects.toThrow();
        const heir = await on.bus.relayProducer(id, positions.name);
        expect(await heir.position()).toBeNull();
        await heir.publish([record(topic, 'anew')], 1);
        const { notes } = await on.subscribe([topic]);
        await until('it came', () => notes.values().length > 0);
        expect(notes.values()).toEqual(['anew']);
      },
      timeoutMs,
    );
  });

  describe('topics', () => {
    it(
      'creates what is missing with exactly its settings, and never changes what exists',
      async () => {
        await using on = bench(cluster());
        const configs = {
          'message.timestamp.type': 'LogAppendTime',
          'cleanup.policy': 'delete',
          'retention.ms': '60000',
        };
        const one = { name: `${on.prefix}.one`, partitions: 2, configs };
        const two = { name: `${on.prefix}.two`, partitions: 1, configs };
        expect(await on.bus.checkTopics([one, two])).toEqual([`${one.name}: missing`, `${two.name}: missing`]);
        await on.bus.createTopics([one]);
        await on.bus.createTopics([{ ...one, partitions: 5, configs: {} }, two]);
        expect(await on.bus.checkTopics([one, two])).toEqual([]);
        expect(await on.bus.listTopics(`${on.prefix}.`)).toEqual([one.name, two.name]);
        const wrong = {
          ...one,
          partitions: 3,
          configs: { ...configs, 'cleanup.policy': 'compact', 'retention.ms': '1' },
        };
        expect(await on.bus.checkTopics([wrong, two])).toEqual([
          `${one.name}: 2 partitions, expected 3`,
          `${one.name}: cleanup.policy is delete, expected compact`,
          `${one.name}: retention.ms is 60000, expected 1`,
        ]);
      },
      timeoutMs,
    );

    it(
      'refuses to subscribe to a topic that does not exist',
      async () => {
        await using on = bench(cluster());
        await expect(on.subscribe([{ name: `${on.prefix}.absent`, partitions: 1, configs: {} }])).rejects.toThrow();
      },
      timeoutMs,
    );
  });
};
