/** The start of each service, from its spawn to "ready", on servers that hold its topics and collections already. */
import type { Bench } from '../bench.ts';
import { startBare } from '../bare.ts';
import { type ServiceName, services, startCell } from '../cell.ts';
import type { Line } from '../line.ts';
import { feedOf } from '../members.ts';
import { letheTopics } from '../topics.ts';

const figureOf = (name: ServiceName): string => `start-up-${name}`;

export const startUp: Line = {
  name: 'start-up',
  figures: services.map((name) => ({ name: figureOf(name), unit: 'ms', better: 'less', bar: 0.25 })),
  floorIs:
    'a bare Nest application on Express with a kafkajs producer, a member of a group and a MongoDB client, from its spawn until health says so',
  oursIs:
    'each service alone, from its spawn until /health/ready: topics and indexes checked, schemas published, relay opened, group joined',
  // The first start of a service makes its collections and indexes.
  warmUp: true,
  open: async (bench) => {
    const prefix = bench.name('start');
    await letheTopics(bench.bus, prefix);
    return {
      ours: async () => {
        const values: Record<string, number> = {};
        for (const name of services) values[figureOf(name)] = await oneStart(bench, prefix, name);
        return { values, counts: [{ what: 'services', expected: services.length, seen: Object.keys(values).length }] };
      },
      floor: async () => {
        const began = performance.now();
        await using bare = await startBare(bench, `${prefix}-bare`, feedOf(prefix));
        const ms = performance.now() - began;
        await bare.kill('SIGTERM');
        return { values: Object.fromEntries(services.map((name) => [figureOf(name), ms])), counts: [] };
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};

async function oneStart(bench: Bench, prefix: string, name: ServiceName): Promise<number> {
  const began = performance.now();
  await using cell = await startCell(bench, prefix, [name]);
  const ms = performance.now() - began;
  await cell.stop();
  return ms;
}
