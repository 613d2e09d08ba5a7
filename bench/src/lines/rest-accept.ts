/** Accepting a request over REST: from the POST to the 201 behind the commit. */
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import { askingAt, inParallel } from '../asking.ts';
import { captureOf } from '../capture.ts';
import { startCell } from '../cell.ts';
import type { Line } from '../line.ts';
import { databaseOf, emptied, waiting } from '../progress.ts';
import { type Message, openRoom } from '../raw/room.ts';
import { newTopic } from '../raw/topics.ts';
import { stopwatch } from '../stopwatch.ts';
import { letheTopics } from '../topics.ts';

const REQUESTS = 2_000;
const collection = 'subject-requests';

export const restAccept: Line = {
  name: 'rest-accept',
  figures: [{ name: 'rest-accept', unit: 'requests/s', better: 'more', bar: 0.4 }],
  floorIs:
    "Node's own HTTP server, the body parsed, one transaction with the same record and an outbox document, 201 behind its commit, the same message produced and cleared; 16 at a time",
  oursIs:
    'POST /v1/subject-requests at intake alone, without an idempotency key; its relay publishes meanwhile; 16 at a time',
  open: async (bench) => {
    const prefix = bench.name('rest');
    const floor = { name: `${prefix}-floor`, topic: `${prefix}.floor` };
    await letheTopics(bench.bus, prefix);
    await newTopic(bench.bus, floor.topic);
    const total = bench.size(REQUESTS);
    const members = Array.from({ length: total }, (_, index) => `member-${index}`);
    const db = databaseOf(bench.mongo, prefix, 'intake');
    const floorDb = bench.mongo.db(floor.name);
    const capture = captureOf(bench.bus, topicName(prefix, 'lethe.requests'));
    const captureFloor = captureOf(bench.bus, floor.topic);
    let said: readonly Message[] = [];

    const accepting = async (url: string): Promise<number> => {
      const asking = askingAt(url);
      const watch = stopwatch(total);
      let accepted = 0;
      await inParallel(members, async (member) => {
        await asking.accept(member);
        accepted += 1;
        watch.at(accepted);
      });
      asking.close();
      return watch.rate();
    };
    const outcome = async (of: typeof db, rate: number, published: number) => ({
      values: { 'rest-accept': rate },
      counts: [
        { what: 'records', expected: total, seen: await of.collection(collection).countDocuments() },
        { what: 'messages', expected: total, seen: published },
      ],
    });
    return {
      ours: async () => {
        await emptied(db, [collection]);
        await using cell = await startCell(bench, prefix, ['intake']);
        const rate = await accepting(cell.url('intake'));
        await waitFor(async () => (await waiting(db)) === 0, { what: 'the relay of intake', timeoutMs: 30_000 });
        await cell.stop();
        said = await capture();
        return await outcome(db, rate, said.length);
      },
      floor: async () => {
        await emptied(floorDb, [collection]);
        await using room = await openRoom({
          ...{ brokers: bench.servers.brokers, mongodb: bench.servers.mongodb, name: floor.name, hears: [] },
          store: { from: db.databaseName, load: [{ collection, filter: {} }] },
          accepts: {
            writes: [{ collection, pick: { field: '_id' } }],
            says: { topic: floor.topic, messages: said, pick: 'next' },
          },
        });
        const rate = await accepting(`http://127.0.0.1:${room.port}`);
        await room.stop();
        return await outcome(floorDb, rate, (await captureFloor()).length);
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};
