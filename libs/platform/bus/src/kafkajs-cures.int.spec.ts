/** What kafkajs did to us before it was cured, each by its symptom. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testStack } from '@lethe/testkit';
import type { ClusterUnderTest } from './bus.contract.ts';
import { bench, until } from './bus-bench.contract.ts';
import { kafkaCluster } from './kafka-cluster.contract.ts';

let cluster: ClusterUnderTest | null = null;
const underTest = (): ClusterUnderTest => {
  if (cluster === null) throw new Error('the cluster is not up');
  return cluster;
};

beforeAll(async () => {
  cluster = kafkaCluster((await testStack()).kafka.brokers);
}, 120_000);
afterAll(async () => {
  await cluster?.close();
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('kafkajs, cured', () => {
  it('an idle consumer and producer do not spin on timers, and no timer is negative', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', onWarning);
    try {
      await using on = bench(underTest());
      const topic = await on.topic(3);
      await on.bus.producer('idle');
      const { consumer } = await on.subscribe([topic]);
      await until('it joined', () => consumer.status().joined);
      const timers = jest.spyOn(globalThis, 'setTimeout');
      await sleep(2_000);
      // Four fetches a second of a few timers each; uncured it was some 7,000.
      expect(timers.mock.calls.length).toBeLessThan(150);
      expect(timers.mock.calls.every(([, ms]) => (ms ?? 0) >= 0)).toBe(true);
      expect(warnings).not.toContain('TimeoutNegativeWarning');
    } finally {
      process.off('warning', onWarning);
    }
  }, 30_000);

  it("two members of a group in one process do not clear each other's positions", async () => {
    await using on = bench(underTest());
    const topic = await on.topic(1);
    const first = await on.subscribe([topic]);
    await until('the first joined', () => first.consumer.status().assigned.length === 1);
    const second = await on.subscribe([topic]);
    await until('both are in', () => first.consumer.status().joined && second.consumer.status().joined);
    await on.send(topic, ['a', 'b', 'c']);
    await until('all came', () => first.notes.values().length + second.notes.values().length === 3);
    expect([first, second].map(({ consumer }) => consumer.status().dead)).toEqual([null, null]);
  }, 30_000);

  it('stopping in the middle of a rejoin neither hangs nor comes back', async () => {
    await using on = bench(underTest());
    const topic = await on.topic(2);
    const consumers = await Promise.all([1, 2, 3].map(() => on.subscribe([topic])));
    await Promise.all(consumers.map(({ consumer }) => consumer.stop()));
    const batches = consumers.map(({ notes }) => notes.batches.length);
    await on.send(topic, ['late'], () => null);
    await sleep(1_000);
    expect(consumers.map(({ consumer }) => consumer.status().joined)).toEqual([false, false, false]);
    expect(consumers.map(({ notes }) => notes.batches.length)).toEqual(batches);
  }, 40_000);

  it('records without a key are all there, also when they are many', async () => {
    await using on = bench(underTest());
    const topic = await on.topic(3);
    const values = Array.from({ length: 3_000 }, (_, i) => String(i));
    await on.send(topic, values, () => null);
    const { notes } = await on.subscribe([topic]);
    await until('all came', () => notes.values().length >= 3_000);
    expect(new Set(notes.values()).size).toBe(3_000);
    expect(notes.values()).toHaveLength(3_000);
  }, 30_000);
});
