import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { kafkaBus } from '@lethe/bus';
import { endServiceProcesses, serviceProcess, testStack } from '@lethe/testkit';
import type { ServiceProcess, TestStack } from '@lethe/testkit';

/** The first weeks of the real file: enough to buy something and bring it back. */
const LINES = 3_000;
const start = fileURLToPath(new URL('./start.ts', import.meta.url));
const year = fileURLToPath(new URL('../data/online-retail.csv.gz', import.meta.url));

let stack: TestStack;
let folder: string;
let weeks: readonly string[];

beforeAll(async () => {
  stack = await testStack();
  folder = await mkdtemp(join(tmpdir(), 'lethe-shop-'));
  weeks = gunzipSync(await readFile(year))
    .toString('utf8')
    .split('\n')
    .slice(0, LINES);
}, 120_000);
afterEach(endServiceProcesses);
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (lines: readonly string[]): Promise<string> => {
  const file = join(folder, `${lines.length}.csv`);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
};
const run = (args: readonly string[]): Promise<ServiceProcess> =>
  serviceProcess({ name: 'npm start', argv: ['--conditions=@lethe/source', start, ...args], env: stack.env });

describe('npm start -- --once', () => {
  it('forgets one customer of a file and touches nobody else, and says so in one line', async () => {
    const data = weeks.slice(1);
    const example = await run(['--once', '--json', '--data', await fileOf(weeks)]);
    const exit = await example.exited;
    const output = example.output();
    expect({ exit, output: exit.code === 0 ? '' : output }).toEqual({ exit: { code: 0, signal: null }, output: '' });

    const columns = data.map((line) => line.split(',').slice(-2)[0] ?? ''); // no country of these weeks is quoted
    const customers = new Set(columns.filter((customer) => customer !== '')).size;
    const result: unknown = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
    const system = (name: string, method: string) => ({ system: name, answer: 'erased', method, rowsAfter: 0 });
    expect(result).toMatchObject({
      events: data.length + customers,
      unattributed: columns.filter((customer) => customer === '').length,
      rejected: 0,
      subjects: customers,
      request: { state: 'completed', outcome: 'erased' },
      systems: [system('sales', 'anonymised'), system('returns', 'deleted'), system('accounts', 'deleted')],
      othersChecksumUnchanged: true,
    });
    const { systems } = result as { systems: readonly Readonly<Record<string, number>>[] };
    for (const each of systems) {
      expect(each['rowsBefore']).toBeGreaterThan(0);
      expect(each['othersAfter']).toBe(each['othersBefore']);
    }
    const held = systems.map((each) => (each['rowsBefore'] ?? 0) + (each['othersBefore'] ?? 0));
    expect((held[0] ?? 0) + (held[1] ?? 0)).toBe(data.length);
    expect(held[2]).toBe(customers);
  }, 120_000);

  it('stops at a line without the columns, by its number, and publishes nothing', async () => {
    const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: 'shop-e2e' });
    const published = async (): Promise<number> => {
      const topics = (await bus.listTopics('once-')).filter((topic) => topic.endsWith('.user-events'));
      return (await bus.endOffsets(topics)).reduce((sum, { offset }) => sum + offset, 0);
    };
    const before = await published();
    const example = await run(['--once', '--data', await fileOf([...weeks.slice(0, 50), '536365,85123A,anna'])]);
    expect(await example.exited).toEqual({ code: 1, signal: null });
    expect(example.output()).toContain('nothing was published: line 51: has 3 of the 8 columns');
    expect(example.output()).not.toContain('anna');
    expect(await published()).toBe(before);
    await bus.close();
  }, 120_000);
});
