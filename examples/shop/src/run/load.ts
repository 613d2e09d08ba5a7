import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, PartitionOffset } from '@lethe/bus';
import { topicName } from '@lethe/contracts';
import { publishYear } from '../data/publish.ts';
import type { ShopData } from '../data/systems.ts';
import type { Discovery } from './discovery.ts';
import { count, seconds } from './screen.ts';
import type { Screen } from './screen.ts';

const LOOK_EVERY_MS = 250;

interface Lag {
  readonly intake: number;
  readonly discovery: number;
}

/** Publishes the year and waits until discovery has stored what it tells. Resolves with the seconds that took. */
export async function loadYear(
  { bus, prefix }: { readonly bus: Bus; readonly prefix: string },
  discovery: Discovery,
  data: ShopData,
  screen: Screen,
): Promise<number> {
  const total = data.rows.length + data.accounts.length;
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  let published = 0;
  let lag: Lag = { intake: 0, discovery: 0 };
  const show = (): void => screen.progress(progressOf(published, total, elapsed(), lag));
  const publishing = publishYear(bus, prefix, data, (events) => (published = events));
  const done = publishing.then(() => true);
  for (;;) {
    const isPublished = await Promise.race([done, sleep(LOOK_EVERY_MS, false)]);
    lag = await lagOf(bus, prefix, discovery);
    show();
    if (isPublished && lag.intake + lag.discovery === 0) break;
    if (isPublished) await sleep(LOOK_EVERY_MS);
  }
  const took = elapsed();
  screen.line();
  screen.line(
    `loaded ${count(total)} events in ${seconds(took)}, ${count(Math.round((total * 1000) / took))} events/s`,
  );
  return took / 1000;
}

/** Intake's position is what its group committed, discovery's are the fences in its database. In this order: what intake has passed on is then on the second topic. */
async function lagOf(bus: Bus, prefix: string, discovery: Discovery): Promise<Lag> {
  const feed = topicName(prefix, 'lethe.user-events');
  const committed = new Map(
    (await bus.committedOffsets(`${prefix}-intake`, [feed])).map(({ partition, offset }) => [partition, offset]),
  );
  const intake = behind(await bus.endOffsets([feed]), committed);
  const observations = topicName(prefix, 'lethe.observations');
  const ends = await bus.endOffsets([observations]);
  return { intake, discovery: behind(ends, await discovery.positions(observations)) };
}

/** A partition without a position has not been read yet; these topics begin at 0 and lose nothing while they are loaded. */
const behind = (ends: readonly PartitionOffset[], positions: ReadonlyMap<number, number>): number =>
  ends.reduce((sum, { partition, offset }) => sum + Math.max(0, offset - (positions.get(partition) ?? 0)), 0);

const WIDTH = 24;

function progressOf(published: number, total: number, ms: number, lag: Lag): string {
  const full = Math.round((WIDTH * published) / Math.max(1, total));
  const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
  const rate = count(Math.round(((published - lag.intake) * 1000) / Math.max(1, ms)));
  return `[${bar}] ${count(published)} of ${count(total)} published, ${rate} events/s taken in, lag: intake ${count(lag.intake)}, discovery ${count(lag.discovery)}`;
}
