/** Whole requests: from the POST through all four services and three teams to the fact that it is completed. */
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import type { Db } from 'mongodb';
import { type Asking, askingAt, inParallel } from '../asking.ts';
import { type Arrival, captureOf } from '../capture.ts';
import { services, startCell } from '../cell.ts';
import { completionsOf } from '../completions.ts';
import type { Line, Outcome } from '../line.ts';
import { feedOf, feedRecord, publish, signUp, systems } from '../members.ts';
import { databaseOf, fenced } from '../progress.ts';
import { openRoom, type Room } from '../raw/room.ts';
import { quantile } from '../statistics.ts';
import { stopwatch } from '../stopwatch.ts';
import { openTeams } from '../teams.ts';
import { letheTopics } from '../topics.ts';
import { requestRooms, requestTopics } from './request-rooms.ts';

const REQUESTS = 400;
/** One after the other, for the latency. */
const ALONE = 20;
/** Accepted, opened, three times sent and answered, closed, completed. */
const FACTS_EACH = 10;

export const requests: Line = {
  name: 'requests',
  figures: [
    { name: 'requests', unit: 'requests/s', better: 'more', bar: 0.15 },
    { name: 'request-latency', unit: 'ms', better: 'less', bar: 0.2 },
  ],
  floorIs:
    'five threads in the places of the four services and the teams: the same messages produced, read and decoded hop by hop, the same documents in the same kind of transaction (fence, records, outbox), no rule, no barrier, no lease',
  oursIs:
    'four services and three teams that answer at once; throughput of many requests, 16 of them being posted at a time; latency of one at a time, median, from the POST to the completion on its topic',
  open: async (bench) => {
    const ours = bench.name('req');
    const floor = `${ours}-floor`;
    await letheTopics(bench.bus, ours);
    await letheTopics(bench.bus, floor);
    const total = bench.size(REQUESTS);
    const alone = Math.max(5, bench.size(ALONE));
    const all = total + alone;
    const captures = requestTopics(ours).map((topic) => ({ topic, capture: captureOf(bench.bus, topic) }));
    let left: ReadonlyMap<string, readonly Arrival[]> = new Map();
    let completed: readonly string[] = [];
    let round = 0;

    const entriesOf = (db: Db, ids: readonly string[]): Promise<number> =>
      db.collection('entries').countDocuments({ case: { $in: [...ids] } });

    /** The same questions to both sides. */
    const asked = async (
      url: string,
      prefix: string,
      check: () => void,
    ): Promise<{ ids: string[]; outcome: Outcome }> => {
      const watch = stopwatch(total);
      await using completions = await completionsOf(bench.bus, prefix, (done) => watch.at(done));
      const asking = askingAt(url);
      const members = Array.from({ length: total }, (_, index) => memberOf(round, index));
      const ids: string[] = [];
      await inParallel(members, async (member) => void ids.push(await asking.accept(member)));
      await waitFor(
        () => {
          check();
          return completions.count() >= total;
        },
        { what: 'the requests to be completed', timeoutMs: 120_000 },
      );
      const times: number[] = [];
      for (let index = total; index < all; index += 1) {
        const { id, ms } = await timed(asking, memberOf(round, index), (request) => completions.of(request));
        ids.push(id);
        times.push(ms);
      }
      asking.close();
      const audit = databaseOf(bench.mongo, prefix, 'audit');
      await waitFor(async () => (await entriesOf(audit, ids)) >= all * FACTS_EACH, {
        what: 'every fact to be an entry',
        timeoutMs: 60_000,
      });
      const latency = quantile(
        times.toSorted((a, b) => a - b),
        0.5,
      );
      return {
        ids,
        outcome: {
          values: { requests: watch.rate(), 'request-latency': latency },
          counts: [
            { what: 'requests completed', expected: all, seen: completions.count() },
            { what: 'entries in the log', expected: all * FACTS_EACH, seen: await entriesOf(audit, ids) },
          ],
        },
      };
    };

    return {
      ours: async () => {
        round += 1;
        const feed = feedOf(ours);
        const observations = topicName(ours, 'lethe.observations');
        const index = databaseOf(bench.mongo, ours, 'discovery');
        const before = await fenced(index, observations);
        await using cell = await startCell(bench, ours, services);
        await using teams = await openTeams(bench.bus, ours);
        await publish(
          bench.bus,
          Array.from({ length: all }, (_, member) => memberOf(round, member)).flatMap((member) =>
            systems.map((system) => feedRecord(feed, member, signUp(member, system))),
          ),
        );
        await waitFor(async () => (await fenced(index, observations)) - before >= all * systems.length, {
          what: 'discovery to know the members',
          timeoutMs: 60_000,
        });
        const { ids, outcome } = await asked(cell.url('intake'), ours, () => cell.check());
        const counts = [...outcome.counts, { what: 'orders answered', expected: all * 3, seen: teams.answered() }];
        await cell.stop();
        completed = ids;
        left = new Map(
          await Promise.all(captures.map(async ({ topic, capture }) => [topic, await capture()] as const)),
        );
        return { ...outcome, counts };
      },
      floor: async () => {
        await using rooms = new AsyncDisposableStack();
        const opened: Room[] = [];
        for (const plan of requestRooms(bench, { ours, floor }, left, completed)) {
          opened.push(rooms.use(await openRoom(plan)));
        }
        const check = (): void => opened.forEach((room) => room.check());
        return (await asked(`http://127.0.0.1:${opened[0]?.port ?? 0}`, floor, check)).outcome;
      },
      [Symbol.asyncDispose]: () => bench.forget(ours),
    };
  },
};

const memberOf = (round: number, index: number): string => `member-${round}-${index}`;

async function timed(asking: Asking, member: string, completed: (id: string) => Promise<void>) {
  const began = performance.now();
  const id = await asking.accept(member);
  await completed(id);
  return { id, ms: performance.now() - began };
}
