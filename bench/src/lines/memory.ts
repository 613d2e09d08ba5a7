/** What each service holds in memory behind a load that goes through all of them. */
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import { askingAt, inParallel } from '../asking.ts';
import { startBare } from '../bare.ts';
import { type ServiceName, services, startCell } from '../cell.ts';
import { completionsOf } from '../completions.ts';
import type { Line } from '../line.ts';
import { feedOf, feedRecord, publish, signUp, systems } from '../members.ts';
import { databaseOf, fenced } from '../progress.ts';
import { residentMb } from '../resident.ts';
import { openTeams } from '../teams.ts';
import { letheTopics } from '../topics.ts';

const MEMBERS = 10_000;
const REQUESTS = 400;

/** By what each of them held when it was first measured. */
const bars = { intake: 0.4, discovery: 0.4, erasure: 0.5, audit: 0.5 } as const;

const figureOf = (name: ServiceName): string => `memory-${name}`;

export const memory: Line = {
  name: 'memory',
  figures: services.map((name) => ({ name: figureOf(name), unit: 'MB', better: 'less', bar: bars[name] })),
  floorIs:
    'an idle process with Nest on Express, a kafkajs producer, a member of a group and a MongoDB client: resident set',
  oursIs: 'resident set of each service behind 10,000 sign-ups and 400 whole requests',
  rounds: 3,
  open: async (bench) => {
    const prefix = bench.name('mem');
    await letheTopics(bench.bus, prefix);
    const members = bench.size(MEMBERS);
    const asked = Math.min(members, bench.size(REQUESTS));
    let round = 0;
    return {
      ours: async () => {
        round += 1;
        const mine = Array.from({ length: members }, (_, index) => `member-${round}-${index}`);
        const observations = topicName(prefix, 'lethe.observations');
        const index = databaseOf(bench.mongo, prefix, 'discovery');
        const before = await fenced(index, observations);
        await using cell = await startCell(bench, prefix, services);
        await using _teams = await openTeams(bench.bus, prefix);
        await using completions = await completionsOf(bench.bus, prefix, () => undefined);
        await publish(
          bench.bus,
          mine.map((member, at) => feedRecord(feedOf(prefix), member, signUp(member, systems[at % 3] ?? 'desk'))),
        );
        const observed = async (): Promise<number> => (await fenced(index, observations)) - before;
        await waitFor(async () => (await observed()) >= members, { what: 'the sign-ups', timeoutMs: 120_000 });
        const asking = askingAt(cell.url('intake'));
        await inParallel(mine.slice(0, asked), async (member) => completions.of(await asking.accept(member)));
        asking.close();
        const values: Record<string, number> = {};
        for (const name of services) values[figureOf(name)] = await residentMb(cell.pid(name));
        const seen = await observed();
        await cell.stop();
        return {
          values,
          counts: [
            { what: 'sign-ups', expected: members, seen },
            { what: 'requests completed', expected: asked, seen: completions.count() },
          ],
        };
      },
      floor: async () => {
        await using bare = await startBare(bench, `${prefix}-bare`, feedOf(prefix));
        const mb = await residentMb(bare.pid);
        await bare.kill('SIGTERM');
        return { values: Object.fromEntries(services.map((name) => [figureOf(name), mb])), counts: [] };
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};
