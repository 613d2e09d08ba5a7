/** From which facts a partition begins, and when it stands still. */
import { describe, expect, it } from '@jest/globals';
import type { TopicPartition } from './bus.ts';
import { bench, until } from './bus-bench.contract.ts';
import type { ClusterUnderTest } from './bus.contract.ts';

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export const assignmentContract = (cluster: () => ClusterUnderTest, timeoutMs: number): void => {
  describe('assignment', () => {
    it(
      'tells the facts of every partition before its first batch, and once per assignment',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(2);
        await on.send(topic, numbers(0, 20), (value) => value);
        await cluster().trim({ topic: topic.name, partition: 0 }, 3);
        const ends = await on.bus.endOffsets([topic.name]);
        const starts = await on.bus.startOffsets([topic.name]);
        const ids = await on.bus.topicIds([topic.name, `${topic.name}-absent`]);
        expect(starts.map(({ offset }) => offset)).toEqual([3, 0]);
        expect(ids.size).toBe(1);
        const { consumer, notes } = await on.subscribe([topic]);
        await until('all was read', () => notes.values().length === 17);
        expect(notes.facts.toSorted((a, b) => a.partition - b.partition)).toEqual(
          [0, 1].map((partition) => ({
            topic: topic.name,
            partition,
            topicId: ids.get(topic.name),
            logStart: starts[partition]?.offset,
            logEnd: ends[partition]?.offset,
            committed: null,
          })),
        );
        expect(consumer.status()).toMatchObject({ joined: true, halted: [], paused: [], commitErrors: 0, dead: null });
        expect(consumer.status().assigned).toHaveLength(2);
        expect(consumer.status().idleMs).toBeLessThan(5_000);
        await consumer.stop();
        expect(notes.revoked.map(placeOf).toSorted()).toEqual([`${topic.name}/0`, `${topic.name}/1`]);
      },
      timeoutMs,
    );

    it(
      'tells the committed offset again, and another id when the topic was re-created',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 10));
        const first = await on.subscribe([topic]);
        await until('all was read', () => first.notes.values().length === 10);
        await first.consumer.stop();
        const second = await on.subscribe([topic], {
          assigned: ({ logEnd }) => Promise.resolve({ kind: 'start', at: logEnd }),
        });
        await until('it was assigned', () => second.notes.facts.length === 1);
        await second.consumer.stop();
        await cluster().recreateTopic(topic);
        const third = await on.subscribe([topic]);
        await until('it was assigned', () => third.notes.facts.length > 0);
        expect(second.notes.facts[0]?.committed).toBe(10);
        expect(second.notes.facts[0]?.topicId).toBe(first.notes.facts[0]?.topicId);
        expect(third.notes.facts[0]?.topicId).not.toBe(first.notes.facts[0]?.topicId);
        expect(third.notes.facts[0]).toMatchObject({ logStart: 0, logEnd: 0 });
      },
      timeoutMs,
    );

    it(
      'assigns anew, with the new id, when a topic is re-created under a running consumer',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 10));
        const { consumer, notes } = await on.subscribe([topic], {
          assigned: ({ topicId, logStart }) =>
            Promise.resolve(
              topicId === (notes.facts[0]?.topicId ?? topicId)
                ? { kind: 'start', at: logStart }
                : { kind: 'halt', code: 'topic_replaced', message: 'the topic is another one' },
            ),
        });
        await until('all was read', () => notes.values().length === 10);
        await cluster().recreateTopic(topic);
        await on.send(topic, numbers(100, 200));
        await until('it halted', () => consumer.status().halted.some(({ code }) => code === 'topic_replaced'));
        expect(notes.values()).toEqual(numbers(0, 10));
        expect(new Set(notes.facts.map(({ topicId }) => topicId)).size).toBe(2);
      },
      timeoutMs,
    );

    it(
      'stands still on a halt, says so, and looks again when asked',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(2);
        await on.send(topic, numbers(0, 20), (value) => value);
        let adopted = false;
        const { consumer, notes } = await on.subscribe([topic], {
          assigned: ({ partition, logStart }) =>
            Promise.resolve(
              partition === 0 && !adopted
                ? { kind: 'halt', code: 'topic_replaced', message: 'decide with fence adopt' }
                : { kind: 'start', at: logStart },
            ),
          handle: ({ fetchedFrom }) =>
            Promise.resolve(
              fetchedFrom === 0 && adopted && notes.batches.filter(({ partition }) => partition === 0).length === 1
                ? { kind: 'halt', code: 'log_behind', message: 'halted by a handler' }
                : { kind: 'done' },
            ),
        });
        await until('the other one was read', () => notes.records().some(({ partition }) => partition === 1));
        const halted = { topic: topic.name, partition: 0, code: 'topic_replaced', message: 'decide with fence adopt' };
        expect(consumer.status().halted).toEqual([halted]);
        expect(notes.records().some(({ partition }) => partition === 0)).toBe(false);
        await consumer.recheck();
        expect(consumer.status().halted).toEqual([halted]);
        adopted = true;
        await consumer.recheck();
        await until('the handler halted it', () => consumer.status().halted[0]?.code === 'log_behind');
        await consumer.recheck();
        await until('all was read', () => new Set(notes.values()).size === 20);
        expect(consumer.status().halted).toEqual([]);
      },
      timeoutMs,
    );

    it(
      'halts instead of circling when the position is not in the log',
      async () => {
        await using on = bench(cluster());
        const topic = await on.topic(1);
        await on.send(topic, numbers(0, 10));
        await cluster().trim({ topic: topic.name, partition: 0 }, 5);
        const before = await on.subscribe([topic], { assigned: () => Promise.resolve({ kind: 'start', at: 2 }) });
        await until('it halted', () => before.consumer.status().halted.length === 1);
        expect(before.consumer.status().halted[0]?.code).toBe('start_outside_log');
        expect(before.notes.batches).toEqual([]);
        await before.consumer.stop();

        let start = 5;
        const running = await on.subscribe([topic], {
          assigned: () => Promise.resolve({ kind: 'start', at: start }),
          handle() {
            start = 1;
            return Promise.resolve({ kind: 'seek', to: 1 });
          },
        });
        await until('it halted', () => running.consumer.status().halted.length === 1);
        expect(running.consumer.status().halted[0]?.code).toBe('start_outside_log');
        expect(running.notes.batches).toHaveLength(1);
      },
      timeoutMs,
    );
  });
};
