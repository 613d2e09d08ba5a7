/** Publishing: the bus's producer beside kafkajs's own. */
import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@lethe/bus';
import type { Line, Outcome } from '../line.ts';
import { feedRecord, systems, visit } from '../members.ts';
import { endOf, newTopic } from '../raw/topics.ts';
import { stopwatch } from '../stopwatch.ts';

const RECORDS = 60_000;
/** Per send, on both sides. */
const AT_ONCE = 1_000;

export const produce: Line = {
  name: 'produce',
  figures: [{ name: 'produce', unit: 'messages/s', better: 'more', bar: 0.7 }],
  floorIs: 'kafkajs producer.sendBatch, acks of all, 1,000 user events per send, one send at a time',
  oursIs: '@lethe/bus producer.send of the same records: idempotent, split by size, its own way of choosing partitions',
  warmUp: true,
  inProcess: true,
  open: async (bench) => {
    const prefix = bench.name('produce');
    const topic = `${prefix}.user-events`;
    await newTopic(bench.bus, topic);
    const chunks = chunksOf(topic, bench.size(RECORDS));
    const total = chunks.length * AT_ONCE;
    const raw = bench.kafka.producer();
    await raw.connect();
    const mine = await bench.bus.producer('produce');

    const measured = async (send: (chunk: readonly OutgoingRecord[]) => Promise<unknown>): Promise<Outcome> => {
      const before = await endOf(bench.kafka, topic);
      const watch = stopwatch(total);
      for (const [index, chunk] of chunks.entries()) {
        await send(chunk);
        watch.at((index + 1) * AT_ONCE);
      }
      const seen = (await endOf(bench.kafka, topic)) - before;
      return { values: { produce: watch.rate() }, counts: [{ what: 'records on the topic', expected: total, seen }] };
    };
    return {
      ours: () => measured((chunk) => mine.send(chunk)),
      floor: () =>
        measured((chunk) =>
          raw.sendBatch({
            acks: -1,
            topicMessages: [
              { topic, messages: chunk.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })) },
            ],
          }),
        ),
      [Symbol.asyncDispose]: async () => {
        await raw.disconnect();
        await mine.close();
        await bench.forget(prefix);
      },
    };
  },
};

function chunksOf(topic: string, records: number): readonly (readonly OutgoingRecord[])[] {
  const chunk = (): readonly OutgoingRecord[] =>
    Array.from({ length: AT_ONCE }, (_, index) => {
      const member = randomUUID();
      return feedRecord(topic, member, visit(member, systems[index % systems.length] ?? 'desk'));
    });
  return Array.from({ length: Math.max(20, Math.round(records / AT_ONCE)) }, chunk);
}
