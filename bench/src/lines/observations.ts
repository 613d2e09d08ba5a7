/** New observations: from the feed through intake into discovery's index. */
import { topicName } from '@lethe/contracts';
import { captureOf } from '../capture.ts';
import { startCell } from '../cell.ts';
import type { Line } from '../line.ts';
import { feedOf, feedRecord, publish, signUp, systems } from '../members.ts';
import { databaseOf, emptied, fenced } from '../progress.ts';
import { type Message, openRoom } from '../raw/room.ts';
import { newTopic } from '../raw/topics.ts';
import { watched } from '../stopwatch.ts';
import { letheTopics } from '../topics.ts';

const EVENTS = 15_000;
/** What a sign-up leaves in the index: two identifiers, their link, and where each of them was seen. */
const documents = [
  { collection: 'identities', each: 2 },
  { collection: 'links', each: 1 },
  { collection: 'footprints', each: 2 },
] as const;

export const observations: Line = {
  name: 'observations',
  figures: [{ name: 'observations', unit: 'events/s', better: 'more', bar: 0.35 }],
  floorIs:
    'the same feed read and decoded, the same observations produced, read and decoded again, the same documents upserted in bulk by transactions of 250 messages with a fence; kafkajs, avsc and the driver in two threads',
  oursIs: 'intake and discovery, every event a sign-up of a new member: two identifiers sealed, linked and located',
  open: async (bench) => {
    const prefix = bench.name('obs');
    const floor = {
      intake: `${prefix}-floor-intake`,
      discovery: `${prefix}-floor-discovery`,
      topic: `${prefix}.floor`,
    };
    await letheTopics(bench.bus, prefix);
    await newTopic(bench.bus, floor.topic);
    const feed = feedOf(prefix);
    const topic = topicName(prefix, 'lethe.observations');
    const total = bench.size(EVENTS);
    const records = Array.from({ length: total }, (_, index) => {
      const member = `member-${index}`;
      return feedRecord(feed, member, signUp(member, systems[index % systems.length] ?? 'desk'));
    });
    const db = databaseOf(bench.mongo, prefix, 'discovery');
    const floorDb = bench.mongo.db(floor.discovery);
    const collections = documents.map(({ collection }) => collection);
    const capture = captureOf(bench.bus, topic);
    let said: readonly Message[] = [];

    /** Of the index, whoever made it. */
    const counted = async (of: typeof db) =>
      Promise.all(
        documents.map(async ({ collection, each }) => ({
          what: collection,
          expected: total * each,
          seen: await of.collection(collection).countDocuments(),
        })),
      );
    return {
      ours: async () => {
        await emptied(db, collections);
        await publish(bench.bus, records);
        const before = await fenced(db, topic);
        await using cell = await startCell(bench, prefix, ['intake', 'discovery']);
        const rate = await watched(
          total,
          async () => {
            cell.check();
            return (await fenced(db, topic)) - before;
          },
          { what: 'discovery' },
        );
        await cell.stop();
        said = await capture();
        return {
          values: { observations: rate },
          counts: [{ what: 'observations', expected: total, seen: said.length }, ...(await counted(db))],
        };
      },
      floor: async () => {
        await emptied(floorDb, collections);
        const before = await fenced(floorDb, floor.topic);
        const { brokers, mongodb } = bench.servers;
        await using intake = await openRoom({
          ...{ brokers, mongodb, name: floor.intake, store: null, accepts: null },
          hears: [
            {
              ...{ topic: feed, event: 'UserEvent', writes: [] },
              says: [{ topic: floor.topic, messages: said, pick: 'next' }],
            },
          ],
        });
        await using discovery = await openRoom({
          ...{ brokers, mongodb, name: floor.discovery, accepts: null },
          hears: [
            {
              ...{ topic: floor.topic, event: 'SubjectObserved', says: [] },
              writes: documents.map(({ collection, each }) => ({ collection, pick: { next: each } })),
            },
          ],
          store: { from: db.databaseName, load: collections.map((collection) => ({ collection, filter: {} })) },
        });
        const rate = await watched(
          total,
          async () => {
            intake.check();
            discovery.check();
            return (await fenced(floorDb, floor.topic)) - before;
          },
          { what: 'the floor of discovery' },
        );
        await intake.stop();
        await discovery.stop();
        return { values: { observations: rate }, counts: await counted(floorDb) };
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};
