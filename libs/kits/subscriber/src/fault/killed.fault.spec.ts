/** A subscriber is killed at every place where it could hurt; what it says after its restart is one answer, and true. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, kafkaBus } from '@lethe/bus';
import { topicSpecs } from '@lethe/contracts';
import { failpoints } from '@lethe/failpoint';
import { namespace, serviceProcess, type TestStack, testStack, waitFor } from '@lethe/testkit';
import '../subscribe.ts';
import { answersOn, givenOrder, orderRecord } from '../order.given.ts';
import { openStore } from './store.ts';

const ROWS = 10;
const places = ['before-erase', 'after-erase', 'after-ledger', 'after-send'] as const;
/** What the last word must be. Who neither counts nor shares a transaction says that it cannot count. */
const cases = [
  ...places.map((place) => ({ team: 'counting', place, count: ROWS })),
  { team: 'transactional', place: 'after-erase', count: ROWS },
  { team: 'transactional', place: 'after-send', count: ROWS },
  { team: 'blind', place: 'before-erase', count: null },
  { team: 'blind', place: 'after-erase', count: null },
] as const;
const systemOf = ({ team, place }: (typeof cases)[number]): string => `${team}-${place}`;

const program = fileURLToPath(new URL('./team-process.ts', import.meta.url));
const prefix = namespace();
let stack: TestStack;
let bus: Bus;
let folder: string;
let lives: Map<string, Promise<void>>;

beforeAll(async () => {
  stack = await testStack();
  folder = await mkdtemp(join(tmpdir(), 'lethe-killed-'));
  bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: prefix });
  await bus.createTopics(topicSpecs(prefix, cases.map(systemOf)));
  // All at once: most of a life is waiting for Kafka to notice the death before.
  lives = new Map(cases.map((each) => [systemOf(each), live(each)]));
  for (const life of lives.values()) life.catch(() => undefined); // each is awaited by its test
}, 120_000);
afterAll(async () => {
  await Promise.allSettled(lives.values());
  await bus.close();
  await rm(folder, { recursive: true });
}, 120_000);

/** Two lives of one team: killed in the first one, and then as long as it takes. */
async function live(each: (typeof cases)[number]): Promise<void> {
  const system = systemOf(each);
  const file = join(folder, `${system}.sqlite`);
  const store = openStore(file);
  store.fill('ada@example.com', ROWS);
  store.fill('grace@example.com', 1);
  const order = givenOrder({ system });
  const producer = await bus.producer(system);
  await producer.send([orderRecord(prefix, order)]);
  const start = (failpoints: string) =>
    serviceProcess({
      name: system,
      argv: ['--conditions=@lethe/source', program],
      env: {
        ...stack.env,
        LETHE_PREFIX: prefix,
        LETHE_SESSION_TIMEOUT_MS: '6000',
        LETHE_LEDGER: join(folder, `${system}-ledger.sqlite`),
        LETHE_FAILPOINTS: failpoints,
        ...{ SYSTEM: system, STORE: file, TEAM: each.team },
      },
    });
  const first = await start(`subscriber.${each.place}=kill`);
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await start('');
  const before = each.place === 'after-send' ? 1 : 0;
  const answers = await waitFor(
    async () => {
      const found = await answersOn(bus, prefix, order.orderId, system);
      return found.length > before && found;
    },
    { what: `${system} to answer`, timeoutMs: 60_000, everyMs: 250 },
  );
  await second.kill('SIGTERM');
  expect(await second.exited).toEqual({ code: 0, signal: null });

  // Everything said about the order says the same; the first of it is what counts.
  const [said] = answers.map(({ answer }) => answer);
  expect(answers.map(({ answer }) => answer)).toEqual(answers.map(() => said));
  expect(said).toMatchObject({ outcome: 'erased', count: each.count, method: 'deleted' });
  expect(said?.reason).toBe(each.count === null ? 'interrupted_run' : null);
  expect(store.count(order)).toBe(0);
  expect(store.count({ ...order, identifiers: [{ type: 'email', value: 'grace@example.com' }] })).toBe(1);
  expect(first.output() + second.output()).not.toContain('@example.com');
  store.close();
}

describe('a subscriber that is killed', () => {
  it.each(cases)(
    'ends in one true answer: $team, $place',
    async (each) => {
      await lives.get(systemOf(each));
    },
    120_000,
  );

  it('was killed at every failpoint that there is', () => {
    expect(failpoints().filter((name) => name.startsWith('subscriber.'))).toEqual(
      places.map((place) => `subscriber.${place}`).sort(),
    );
  });
});
