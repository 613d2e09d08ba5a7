import { readRows } from './data/rows.ts';
import { divide, emailOf, SYSTEMS } from './data/systems.ts';
import type { ShopData } from './data/systems.ts';
import type { Options } from './options.ts';
import { countBeside } from './run/count-topics.ts';
import { discoveryIn } from './run/discovery.ts';
import type { Discovery } from './run/discovery.ts';
import { followCase } from './run/follow-case.ts';
import { caseUrl, entriesUrl, requestErasure, requestUrl } from './run/lethe-api.ts';
import { letheExports } from './run/lethe-exports.ts';
import { loadYear } from './run/load.ts';
import type { Processes } from './run/processes.ts';
import { beforeAndAfter, resultOf } from './run/result.ts';
import type { Counts, Result } from './run/result.ts';
import { count } from './run/screen.ts';
import type { Screen } from './run/screen.ts';
import { startEverything } from './run/services.ts';
import type { Addresses } from './run/services.ts';
import { openBooks, othersUnchanged } from './run/shop-books.ts';
import type { Snapshot } from './run/shop-books.ts';
import { chooseSubject } from './run/subject.ts';
import type { World } from './run/world.ts';

/** The file of the year, read at most once and not before it is needed. */
export type ReadData = () => Promise<ShopData>;

export function dataIn(file: string): ReadData {
  let reading: Promise<ShopData> | null = null;
  return () => (reading ??= readRows(file).then(divide));
}

export interface Story {
  readonly addresses: Addresses;
  /** Null at a later start, which loads and counts nothing. */
  readonly result: Result | null;
  /** Why this is no success; null: the case is closed and nobody else was touched. */
  readonly fault: string | null;
}

/** The whole example, in order: start, load a year, let one customer ask, follow the case, compare. */
export async function tellStory(
  options: Options,
  world: World,
  processes: Processes,
  data: ReadData,
  screen: Screen,
): Promise<Story> {
  const books = await openBooks(world);
  try {
    screen.line(`starting the four services and the three teams; their logs: ${processes.logs}`);
    const starting = startEverything(world, processes);
    if (!world.loaded) {
      screen.line('filling the stores of the three teams');
      await Promise.all([starting, data().then((year) => books.fill(year))]);
    }
    const addresses = await starting;

    const discovery = discoveryIn(world.mongodb.db(`${world.prefix}-discovery`));
    const loadSeconds = world.loaded ? null : await load(world, discovery, await data(), screen);
    if (loadSeconds === null) screen.line('the year is loaded already');

    const customerId = await chooseSubject(options, books, data);
    const before = await books.before(customerId);
    const counting = loadSeconds === null ? null : countAll(world, discovery);
    counting?.catch(() => undefined); // awaited below, unless the case fails before

    screen.line();
    screen.line(`Customer ${customerId} writes from ${emailOf(customerId)}: forget me.`);
    const began = performance.now();
    const id = await requestErasure(addresses, customerId);
    const followed = await followCase(addresses, id, began, screen);

    const after = await books.after(before);
    screen.line();
    for (const line of beforeAndAfter(before, after, followed)) screen.line(line);
    const counts = await counting;
    if (counts !== null) for (const line of ['', summary(counts)]) screen.line(line);
    if (!options.once) for (const line of whereToLook(world, addresses, id, processes.logs)) screen.line(line);
    return {
      addresses,
      result:
        counts === null || loadSeconds === null ? null : resultOf(counts, loadSeconds, id, followed, before, after),
      fault: faultIn(before, after),
    };
  } finally {
    await books.close();
  }
}

async function load(world: World, discovery: Discovery, data: ShopData, screen: Screen): Promise<number> {
  screen.line(`publishing a year: ${count(data.rows.length)} lines and ${count(data.accounts.length)} customers`);
  await world.loading();
  const seconds = await loadYear(world, discovery, data, screen);
  await world.loadEnded();
  return seconds;
}

async function countAll({ stack, prefix }: World, discovery: Discovery): Promise<Counts> {
  const [topics, subjects] = await Promise.all([
    countBeside({ brokers: stack.kafka.brokers, prefix }),
    discovery.subjects(),
  ]);
  return { ...topics, subjects };
}

const summary = ({ events, unattributed, rejected, subjects }: Counts): string =>
  `On the topics: ${count(events)} events, of these ${count(unattributed)} about nobody known, ${count(rejected)} rejected; discovery knows ${count(subjects)} subjects.`;

const whereToLook = (world: World, addresses: Addresses, id: string, logs: string): readonly string[] => [
  '',
  'Where to look next:',
  `  the request        curl ${requestUrl(addresses, id)}`,
  `  the case           curl ${caseUrl(addresses, id)}`,
  `  its audit entries  curl ${entriesUrl(addresses, id)}`,
  `  the logs           ${logs}`,
  '',
  `In another shell, for \`npx lethe case show ${id}\` and the other commands of \`npx lethe --help\`:`,
  ...letheExports(world, addresses).map((line) => `  ${line}`),
];

function faultIn(before: Snapshot, after: Snapshot): string | null {
  const left = SYSTEMS.filter((system) => after.systems[system].naming > 0);
  if (left.length > 0) return `rows that name the subject are left in ${left.join(', ')}`;
  return othersUnchanged(before, after) ? null : "someone else's rows or the revenue changed";
}
