/** Who gets a partition, and what happens when it goes to someone else. */
import { describe, expect, it } from '@jest/globals';
import type { TopicPartition } from './bus.ts';
import { bench, until } from './bus-bench.contract.ts';
import type { ClusterUnderTest } from './bus.contract.ts';
import { LostPartitionError } from './errors.ts';

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const groupContract = (cluster: () => ClusterUnderTest, timeoutMs: number): void => {
  describe('groups', () => {
    it(
      'deals partitions out anew when a second member joins, and no partition is ever in two hands',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(4);
        const hands = new Map<string, number>();
        let clashes = 0;
        const handled: string[] = [];
        const fence = new Map<string, number>();
        const member = {
          assigned: (facts: TopicPartition) =>
            Promise.resolve({ kind: 'start' as const, at: fence.get(placeOf(facts)) ?? 0 }),
          async handle(batch: Parameters<Parameters<typeof on.bus.subscribe>[0]['handle']>[0]) {
            const place = placeOf(batch);
            hands.set(place, (hands.get(place) ?? 0) + 1);
            if (hands.get(place) !== 1) clashes += 1;
            await pause(5);
            handled.push(...batch.records.map(({ value }) => value?.toString() ?? ''));
            fence.set(place, batch.next);
            hands.set(place, (hands.get(place) ?? 0) - 1);
            return { kind: 'done' as const };
          },
        };
        const first = await on.subscribe([topic], member);
        await on.send(topic, numbers(0, 200), (value) => value);
        await until('the first began', () => handled.length > 0);
        const second = await on.subscribe([topic], { ...member, on: on.newBus() });
        await on.send(topic, numbers(200, 400), (value) => value);
        await until(
          'both have two',
          () => first.consumer.status().assigned.length === 2 && second.consumer.status().assigned.length === 2,
        );
        await on.send(topic, numbers(400, 600), (value) => value);
        await until('all was handled', () => new Set(handled).size === 600);
        expect(handled).toHaveLength(600);
        expect(clashes).toBe(0);
        const places = [first, second].flatMap(({ consumer }) => consumer.status().assigned.map(placeOf));
        expect(new Set(places).size).toBe(4);

        await second.consumer.stop();
        await until('the first has all again', () => first.consumer.status().assigned.length === 4);
        await on.send(topic, numbers(600, 700), (value) => value);
        await until('the rest was handled', () => new Set(handled).size === 700);
        expect(clashes).toBe(0);
      },
      timeoutMs,
    );

    it(
      'tells a handler that its partition is going to someone else, and ignores its verdict',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 5));
        let caught: unknown = null;
        let lost = false;
        const first = await on.subscribe([topic], {
          async handle(_, lifeline) {
            if (caught !== null) return { kind: 'done', commit: null };
            try {
              for (;;) {
                await lifeline.heartbeat();
                await pause(20);
              }
            } catch (error) {
              caught = error;
              lost = lifeline.lost;
              return { kind: 'done', commit: 1 };
            }
          },
        });
        await until('the handler runs', () => first.notes.batches.length === 1);
        const second = await on.subscribe([topic], {
          on: on.newBus(),
          handle: () => Promise.resolve({ kind: 'done', commit: null }),
        });
        await until('the handler was told', () => caught !== null);
        expect(caught).toBeInstanceOf(LostPartitionError);
        expect(lost).toBe(true);
        await until('the records came to someone', () =>
          [...first.notes.batches.slice(1), ...second.notes.batches].some(({ records }) => records.length === 5),
        );
        expect(await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name])).toEqual([]);
      },
      timeoutMs,
    );

    it(
      'tells a zombie by its next heartbeat, whose positions are refused and who then joins again',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 5));
        let caught: unknown = null;
        const { consumer, notes } = await on.subscribe([topic], {
          async handle(_, lifeline) {
            if (caught !== null) return { kind: 'done', commit: null };
            try {
              for (;;) {
                await lifeline.heartbeat();
                await pause(20);
              }
            } catch (error) {
              caught = error;
              return { kind: 'done', commit: 1 };
            }
          },
        });
        await until('the handler runs', () => notes.batches.length === 1);
        await cluster().expel(`${on.prefix}.group`);
        await until('the handler was told', () => caught !== null);
        expect(caught).toBeInstanceOf(LostPartitionError);
        await until('it joined again and the records came again', () => notes.batches.length === 2);
        expect(notes.batches[1]?.fetchedFrom).toBe(0);
        expect(notes.facts).toHaveLength(2);
        expect(notes.revoked).toHaveLength(1);
        expect(consumer.status()).toMatchObject({ joined: true, dead: null });
        expect(await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name])).toEqual([]);
      },
      timeoutMs,
    );

    it(
      'drains: the running batch ends and is committed before the group is left',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 5));
        let release = (): void => undefined;
        const gate = new Promise<void>((resolve) => (release = resolve));
        const order: string[] = [];
        const { consumer, notes } = await on.subscribe([topic], {
          async handle() {
            await gate;
            order.push('handled');
            return { kind: 'done' };
          },
          drained() {
            order.push('drained');
            return Promise.resolve();
          },
          revoked: () => order.push('revoked'),
        });
        await until('the handler runs', () => notes.batches.length === 1);
        const stopped = consumer.stop().then(() => order.push('stopped'));
        await pause(50);
        expect(order).toEqual([]);
        release();
        await stopped;
        expect(order).toEqual(['handled', 'drained', 'revoked', 'stopped']);
        expect(await on.bus.committedOffsets(`${on.prefix}.group`, [topic.name])).toEqual([
          { topic: topic.name, partition: 0, offset: 5 },
        ]);
        expect(consumer.status().joined).toBe(false);
        const count = notes.batches.length;
        await on.send(topic, numbers(5, 10));
        await pause(300);
        expect(notes.batches).toHaveLength(count);
      },
      timeoutMs,
    );

    it(
      'commits positions when asked, also while draining, and refuses those of others',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 5));
        const group = `${on.prefix}.group`;
        const at = { topic: topic.name, partition: 0 };
        const { consumer, notes } = await on.subscribe([topic], {
          handle: () => Promise.resolve({ kind: 'done', commit: null }),
          drained: () => consumer.commit([{ ...at, offset: 4 }]),
        });
        await until('all was read', () => notes.values().length === 5);
        await consumer.commit([{ ...at, offset: 2 }]);
        expect(await on.bus.committedOffsets(group, [topic.name])).toEqual([{ ...at, offset: 2 }]);
        await expect(consumer.commit([{ topic: topic.name, partition: 9, offset: 1 }])).rejects.toThrow(
          LostPartitionError,
        );
        await consumer.stop();
        expect(await on.bus.committedOffsets(group, [topic.name])).toEqual([{ ...at, offset: 4 }]);
      },
      timeoutMs,
    );
  });
};
