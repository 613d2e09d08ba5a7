/** A broker of this test's own is killed under consumers and producers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownStack } from '@lethe/testkit';
import { bench, record, until } from './bus-bench.contract.ts';
import type { ClusterUnderTest } from './bus.contract.ts';
import { kafkaCluster } from './kafka-cluster.contract.ts';

describe('kafka bus when the broker dies', () => {
  let stack: Awaited<ReturnType<typeof ownStack>> | null = null;
  let cluster: ClusterUnderTest | null = null;
  const up = () => {
    if (stack === null || cluster === null) throw new Error('the stack is not up');
    return { stack, cluster };
  };

  beforeAll(async () => {
    stack = await ownStack();
    cluster = kafkaCluster(stack.kafka.brokers);
  }, 120_000);
  afterAll(async () => {
    await cluster?.close();
    await stack?.stop();
  }, 60_000);

  it('a consumer is silent while the broker is dead, says so, and goes on where it was', async () => {
    await using on = bench(up().cluster);
    const topic = await on.topic(3);
    await on.send(topic, ['a', 'b', 'c'], (value) => value);
    const { consumer, notes } = await on.subscribe([topic], {
      assigned: ({ committed, logStart }) => Promise.resolve({ kind: 'start', at: committed ?? logStart }),
    });
    await until('the first came', () => notes.values().length === 3);
    await until('they were committed', async () => {
      const committed = await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name]);
      return committed.reduce((sum, { offset }) => sum + offset, 0) === 3;
    });
    await up().stack.kill('kafka');
    await until('it shows', () => consumer.status().idleMs > 3_000);
    expect(consumer.status().dead).toBeNull();
    await up().stack.restart('kafka');
    await on.send(topic, ['d', 'e', 'f'], (value) => value);
    await until('the rest came', () => notes.values().length >= 6);
    expect(notes.values().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(consumer.status().dead).toBeNull();
  }, 120_000);

  it('a producer that failed sends again, in order, without losing what it acknowledged', async () => {
    await using on = bench(up().cluster);
    const topic = await on.topic(1);
    const producer = await on.bus.producer('test');
    const acknowledged: string[] = [];
    const send = async (value: string): Promise<void> => {
      for (;;) {
        try {
          await producer.send([record(topic, value)]);
          acknowledged.push(value);
          return;
        } catch {
          // The outcome is unknown: at least once, so again.
        }
      }
    };
    const values = Array.from({ length: 400 }, (_, i) => String(i));
    const sending = (async () => {
      for (const value of values) await send(value);
    })();
    await until('it began', () => acknowledged.length > 20);
    await up().stack.restart('kafka');
    await sending;
    const read: string[] = [];
    for await (const { value } of on.bus.readAll(topic.name)) read.push(value?.toString() ?? '');
    const once = read.filter((value, at) => read.indexOf(value) === at);
    expect(once).toEqual(values);
  }, 120_000);

  it('a relay producer that failed is taken over with an exact position: nothing lost, nothing twice', async () => {
    await using on = bench(up().cluster);
    const topic = await on.topic(2);
    const positions = await on.topic(1);
    const id = `${on.prefix}-relay`;
    const batches = 60;
    let failures = 0;
    let at = 0;
    const publishAll = async (): Promise<void> => {
      const relay = await on.bus.relayProducer(id, positions.name);
      try {
        at = (await relay.position()) ?? 0;
        while (at < batches) {
          const next = at + 1;
          await relay.publish([record(topic, `${next}a`, 'x'), record(topic, `${next}b`, 'y')], next);
          at = next;
        }
      } finally {
        await relay.close();
      }
    };
    const publishing = (async () => {
      while (at < batches) {
        try {
          await publishAll();
        } catch {
          failures += 1;
        }
      }
    })();
    await until('it began', () => at > 5);
    await up().stack.restart('kafka');
    await publishing;
    expect(failures).toBeGreaterThan(0);
    const read: string[] = [];
    for await (const { value } of on.bus.readAll(topic.name)) read.push(value?.toString() ?? '');
    const expected = Array.from({ length: batches }, (_, i) => [`${i + 1}a`, `${i + 1}b`]).flat();
    expect(read.toSorted()).toEqual(expected.toSorted());
  }, 180_000);
});
