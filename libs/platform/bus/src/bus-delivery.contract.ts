/** What reaches a handler: order, positions, gaps, verdicts. */
import { describe, expect, it } from '@jest/globals';
import type { Batch, Verdict } from './bus.ts';
import { bench, record, until } from './bus-bench.contract.ts';
import type { ClusterUnderTest } from './bus.contract.ts';

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const keyOf = (value: string): string => `key-${Number(value) % 7}`;

/** Every batch of a partition begins where the one before it ended, and its records lie inside. */
const expectNoHoles = (batches: readonly Batch[], start = 0): void => {
  const position = new Map<number, number>();
  for (const { partition, fetchedFrom, next, end, records } of batches) {
    expect(fetchedFrom).toBe(position.get(partition) ?? start);
    expect(next).toBeGreaterThan(fetchedFrom);
    expect(end).toBeGreaterThanOrEqual(next);
    for (const { offset } of records) {
      expect(offset).toBeGreaterThanOrEqual(fetchedFrom);
      expect(offset).toBeLessThan(next);
    }
    position.set(partition, next);
  }
};

export const deliveryContract = (cluster: () => ClusterUnderTest, timeoutMs: number): void => {
  describe('delivery', () => {
    it(
      'keeps the order of each key, and every record comes once',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(3);
        await on.send(topic, numbers(0, 500), keyOf);
        const { notes } = await on.subscribe([topic]);
        await on.send(topic, numbers(500, 1000), keyOf);
        await until('all records came', () => notes.values().length >= 1000);
        for (const key of new Set(notes.records().map((one) => one.key))) {
          const values = notes.records().flatMap((one) => (one.key === key ? [Number(one.value?.toString())] : []));
          expect(values).toEqual(values.toSorted((a, b) => a - b));
        }
        expect(new Set(notes.values()).size).toBe(1000);
        expect(new Set(notes.records().map(({ partition }) => partition)).size).toBe(3);
        expectNoHoles(notes.batches);
      },
      timeoutMs,
    );

    it(
      'gives back what was sent: keys, tombstones, headers, and the time of the append',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const before = Date.now() - 1000;
        const producer = await on.bus.producer('test');
        await producer.send([
          { topic: topic.name, key: null, value: Buffer.from([0xc3, 0x01, 0xff]), headers: { ce_id: 'é', empty: '' } },
          { topic: topic.name, key: 'clé', value: null, headers: {} },
        ]);
        const { notes } = await on.subscribe([topic]);
        await until('both came', () => notes.records().length === 2);
        const [first, second] = notes.records();
        expect(first).toMatchObject({ offset: 0, key: null, value: Buffer.from([0xc3, 0x01, 0xff]) });
        expect(first?.headers).toEqual({ ce_id: 'é', empty: '' });
        expect(second).toMatchObject({ offset: 1, key: 'clé', value: null, headers: {} });
        expect(first?.appendedAt.getTime()).toBeGreaterThan(before);
        expect(first?.appendedAt.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
      },
      timeoutMs,
    );

    it(
      'shows nothing of a transaction before its commit, nothing ever of an aborted one, and reaches the end over both',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const { notes } = await on.subscribe([topic]);
        const aborted = await cluster().begin([record(topic, 'aborted')]);
        await on.send(topic, ['behind the open one']);
        const committed = await cluster().begin([record(topic, 'committed')]);
        await on.send(topic, ['last']);
        await aborted.abort();
        await until('what lies before the open one came', () => notes.values().length > 0);
        expect(notes.values()).toEqual(['behind the open one']);
        await committed.commit();
        await until('the rest came', () => notes.values().length === 3);
        expect(notes.values()).toEqual(['behind the open one', 'committed', 'last']);
        const [end] = await on.bus.endOffsets([topic.name]);
        expect(end?.offset).toBe(6); // four records and two markers
        await until('the end was reached', () => notes.batches.at(-1)?.next === 6);
        expectNoHoles(notes.batches);
      },
      timeoutMs,
    );

    it(
      'keeps aborted records out when a fetch begins between two interleaved aborted transactions',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        const one = await cluster().begin([record(topic, 'aborted 0')]);
        const two = await cluster().begin([record(topic, 'aborted 1'), record(topic, 'aborted 2')]);
        await one.abort();
        await two.abort();
        await on.send(topic, ['seen']);
        const { notes } = await on.subscribe([topic], {
          assigned: () => Promise.resolve({ kind: 'start', at: 2 }),
        });
        await until('the record came', () => notes.values().length > 0);
        expect(notes.values()).toEqual(['seen']);
      },
      timeoutMs,
    );

    it(
      'hands over a tail of control records as a batch without records',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await (await cluster().begin([record(topic, 'a'), record(topic, 'b')])).commit();
        await (await cluster().begin([record(topic, 'c')])).abort();
        const { notes } = await on.subscribe([topic], { assigned: () => Promise.resolve({ kind: 'start', at: 2 }) });
        await until('the tail came', () => notes.batches.at(-1)?.next === 5);
        expect(notes.records()).toEqual([]);
        expect(notes.batches.at(-1)?.end).toBe(5);
        expectNoHoles(notes.batches, 2);
        await until('it was committed', async () => {
          const [at] = await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name]);
          return at?.offset === 5;
        });
      },
      timeoutMs,
    );

    it(
      'begins where the subscriber says, whatever was committed',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 10));
        const first = await on.subscribe([topic]);
        await until('all was read', () => first.notes.values().length === 10);
        await first.consumer.stop();
        const again = await on.subscribe([topic], { assigned: () => Promise.resolve({ kind: 'start', at: 4 }) });
        await until('it was read again', () => again.notes.values().length === 6);
        expect(again.notes.batches[0]?.fetchedFrom).toBe(4);
        expect(again.notes.values()).toEqual(numbers(4, 10));
        expect(again.notes.facts[0]?.committed).toBe(10);
      },
      timeoutMs,
    );

    it(
      'seeks back and forth as told',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 10));
        const verdicts: Verdict[] = [
          { kind: 'seek', to: 7 },
          { kind: 'seek', to: 3 },
        ];
        const { notes } = await on.subscribe([topic], {
          handle: () => Promise.resolve(verdicts.shift() ?? { kind: 'done' }),
        });
        await until('it came to the end', () => notes.batches.length === 3);
        expect(notes.batches.map(({ fetchedFrom }) => fetchedFrom)).toEqual([0, 7, 3]);
      },
      timeoutMs,
    );

    it(
      'retries in place while other partitions go on',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(2);
        const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
        await on.send(topic, keys, (value) => value);
        let failing = true;
        const { consumer, notes } = await on.subscribe([topic], {
          handle({ partition, fetchedFrom }) {
            if (partition !== 0 || !failing) return Promise.resolve({ kind: 'done' });
            return Promise.resolve({ kind: 'retry', from: fetchedFrom, afterMs: 100, reason: 'test' });
          },
        });
        const retries = () => notes.batches.filter(({ partition }) => partition === 0);
        await until('it was retried twice', () => retries().length >= 3);
        await until('the pause shows', () => consumer.status().paused.some(({ partition }) => partition === 0));
        const seen = notes.records().filter(({ partition }) => partition === 1).length;
        await on.send(topic, keys, (value) => value);
        await until('the other one goes on', () => notes.records().filter((one) => one.partition === 1).length > seen);
        expect(retries().every(({ fetchedFrom }) => fetchedFrom === 0)).toBe(true);
        failing = false;
        const end = (await on.bus.endOffsets([topic.name])).find(({ partition }) => partition === 0)?.offset;
        await until('it came through', () => retries().at(-1)?.next === end);
        await until('no pause is left', () => consumer.status().paused.length === 0);
      },
      timeoutMs,
    );

    it(
      'repeats a batch whose handler threw, and nothing is skipped',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 5));
        let throws = 2;
        const handled: string[] = [];
        const { notes } = await on.subscribe([topic], {
          handle(batch) {
            if (throws-- > 0) return Promise.reject(new Error('a bug'));
            handled.push(...batch.records.map(({ value }) => value?.toString() ?? ''));
            return Promise.resolve({ kind: 'done' });
          },
        });
        await until('it came through', () => handled.length === 5);
        expect(handled).toEqual(numbers(0, 5));
        expect(notes.batches.every(({ fetchedFrom }) => fetchedFrom === 0)).toBe(true);
      },
      timeoutMs,
    );

    it(
      'commits the next offset, another one, or none, as the verdict says',
      async () => {
        await using on = bench(cluster());
        const committed = async (commit: number | null | undefined): Promise<number | null> => {
          const topic = await on.topic(1);
          await on.send(topic, numbers(0, 5));
          const group = `${topic.name}.group`;
          const { consumer, notes } = await on.subscribe([topic], {
            group,
            handle: () => Promise.resolve(commit === undefined ? { kind: 'done' } : { kind: 'done', commit }),
          });
          await until('all was read', () => notes.values().length === 5);
          await consumer.stop();
          return (await on.bus.committedOffsets(group, [topic.name]))[0]?.offset ?? null;
        };
        expect(await committed(undefined)).toBe(5);
        expect(await committed(3)).toBe(3);
        expect(await committed(null)).toBeNull();
      },
      timeoutMs,
    );

    it(
      'reads a whole topic without a group, committed records only',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(3);
        await on.send(topic, numbers(0, 50), keyOf);
        await (await cluster().begin([record(topic, 'committed')])).commit();
        await (await cluster().begin([record(topic, 'aborted')])).abort();
        const open = await cluster().begin([record(topic, 'open')]);
        const values: string[] = [];
        for await (const one of on.bus.readAll(topic.name)) values.push(one.value?.toString() ?? '');
        await open.abort();
        expect(values.toSorted()).toEqual([...numbers(0, 50), 'committed'].toSorted());
      },
      timeoutMs,
    );
  });
};
