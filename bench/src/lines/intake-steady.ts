/** Intake's every day: it hears again and again of members that it knows, and merges what it hears. */
import { topicName } from '@lethe/contracts';
import { captureOf } from '../capture.ts';
import { startCell } from '../cell.ts';
import type { Line } from '../line.ts';
import { feedOf, feedRecord, publish, systems, visit } from '../members.ts';
import { committed } from '../progress.ts';
import { openRoom } from '../raw/room.ts';
import { watched } from '../stopwatch.ts';
import { letheTopics } from '../topics.ts';

const EVENTS = 120_000;
const MEMBERS = 1_000;

export const intakeSteady: Line = {
  name: 'intake-steady',
  figures: [{ name: 'intake-steady', unit: 'events/s', better: 'more', bar: 0.3 }],
  floorIs: 'kafkajs eachBatch over the same feed, every user event decoded in full by avsc, offsets committed',
  oursIs:
    'intake, 1,000 members named in all of the events: decoded, mapped, normalised, keyed by ref, merged with what was said before, offsets committed',
  open: async (bench) => {
    const prefix = bench.name('intake');
    await letheTopics(bench.bus, prefix);
    const feed = feedOf(prefix);
    const total = bench.size(EVENTS);
    const members = Math.min(MEMBERS, Math.ceil(total / 50));
    const records = Array.from({ length: total }, (_, index) => {
      const member = `member-${index % members}`;
      return feedRecord(feed, member, visit(member, systems[Math.floor(index / members) % systems.length] ?? 'desk'));
    });
    const observations = captureOf(bench.bus, topicName(prefix, 'lethe.observations'));
    const letters = captureOf(bench.bus, `${feed}.dead-letter`);

    let published = 0;
    return {
      ours: async () => {
        await publish(bench.bus, records);
        published += total;
        const before = await committed(bench.bus, `${prefix}-intake`, feed);
        await using cell = await startCell(bench, prefix, ['intake']);
        const rate = await watched(
          total,
          async () => {
            cell.check();
            return (await committed(bench.bus, `${prefix}-intake`, feed)) - before;
          },
          { what: 'intake' },
        );
        await cell.stop();
        const said = await observations();
        return {
          values: { 'intake-steady': rate },
          counts: [
            { what: 'members observed', expected: members, seen: new Set(said.map(({ key }) => key)).size },
            { what: 'dead letters', expected: 0, seen: (await letters()).length },
            {
              what: 'events committed',
              expected: published,
              seen: await committed(bench.bus, `${prefix}-intake`, feed),
            },
          ],
        };
      },
      floor: async () => {
        const name = `${prefix}-floor`;
        const before = await committed(bench.bus, name, feed);
        await using room = await openRoom({
          brokers: bench.servers.brokers,
          mongodb: bench.servers.mongodb,
          name,
          hears: [{ topic: feed, event: 'UserEvent', writes: [], says: [] }],
          store: null,
          accepts: null,
        });
        const rate = await watched(
          total,
          async () => {
            room.check();
            return (await committed(bench.bus, name, feed)) - before;
          },
          { what: 'the floor of intake' },
        );
        const { heard } = await room.stop();
        return { values: { 'intake-steady': rate }, counts: [{ what: 'events read', expected: total, seen: heard }] };
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};
