/** Reading: the bus's consumer and the contracts' codec beside kafkajs and avsc. */
import { randomUUID } from 'node:crypto';
import { decodeEvent } from '@lethe/contracts';
import type { Bench } from '../bench.ts';
import type { Line, Outcome } from '../line.ts';
import { feedRecord, publish, systems, visit } from '../members.ts';
import { rawDecoders } from '../raw/avro.ts';
import { newTopic } from '../raw/topics.ts';
import { type Stopwatch, stopwatch } from '../stopwatch.ts';

const RECORDS = 200_000;
const PATIENCE_MS = 60_000;

export const consume: Line = {
  name: 'consume',
  figures: [{ name: 'consume', unit: 'messages/s', better: 'more', bar: 0.5 }],
  floorIs: 'kafkajs eachBatch, every user event decoded in full by avsc, offsets committed',
  oursIs: '@lethe/bus subscribe with decodeEvent of @lethe/contracts (bounds, versions, dates), offsets committed',
  warmUp: true,
  inProcess: true,
  open: async (bench) => {
    const prefix = bench.name('consume');
    const topic = `${prefix}.user-events`;
    const total = bench.size(RECORDS);
    await newTopic(bench.bus, topic);
    await publish(
      bench.bus,
      Array.from({ length: total }, (_, index) => {
        const member = randomUUID();
        return feedRecord(topic, member, visit(member, systems[index % systems.length] ?? 'desk'));
      }),
    );
    return {
      ours: () => reading(total, (note) => ours(bench, topic, note)),
      floor: () => reading(total, (note) => floor(bench, topic, note)),
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};

type Note = (records: number) => void;
type Stop = () => Promise<void>;

async function reading(total: number, start: (note: Note) => Promise<Stop>): Promise<Outcome> {
  const watch: Stopwatch = stopwatch(total);
  let seen = 0;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const stop = await start((records) => {
    seen += records;
    watch.at(seen);
    if (seen >= total) resolve(undefined);
  });
  const late = setTimeout(() => reject(new Error(`only ${seen} of ${total} messages came`)), PATIENCE_MS);
  try {
    await promise;
  } finally {
    clearTimeout(late);
    await stop();
  }
  return { values: { consume: watch.rate() }, counts: [{ what: 'messages read', expected: total, seen }] };
}

async function ours({ bus }: Bench, topic: string, note: Note): Promise<Stop> {
  const consumer = await bus.subscribe({
    group: `${topic}-${randomUUID()}`,
    topics: [topic],
    assigned: ({ logStart }) => Promise.resolve({ kind: 'start', at: logStart }),
    handle: ({ records }) => {
      for (const { value } of records) if (value !== null) decodeEvent(value);
      note(records.length);
      return Promise.resolve({ kind: 'done' });
    },
  });
  return () => consumer.stop();
}

async function floor({ kafka }: Bench, topic: string, note: Note): Promise<Stop> {
  const decode = rawDecoders();
  const consumer = kafka.consumer({ groupId: `${topic}-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 3,
    eachBatch: ({ batch }) => {
      for (const { value } of batch.messages) decode(value);
      note(batch.messages.length);
      return Promise.resolve();
    },
  });
  return async () => {
    await consumer.stop();
    await consumer.disconnect();
  };
}
