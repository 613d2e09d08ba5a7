/** Where services are hurt: servers, topics and processes under a name of their own, and waiting for what must come. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MongoClient, type Db } from 'mongodb';
import { topicName, topicSpecs, type TopicPattern } from '@lethe/contracts';
import { type Bus, kafkaBus } from '@lethe/bus';
import { namespace, serviceProcess, type ServiceProcess, waitFor } from '@lethe/testkit';
import { fences } from '../offset-fence.ts';
import { outbox } from '../outbox.ts';
import { type RelayDocument, readRelay } from '../relay-document.ts';
import { createLoad, type Load } from './load.ts';

export type Fixture = 'counting-service' | 'passing-service';

export interface Lab extends AsyncDisposable {
  readonly prefix: string;
  readonly env: Readonly<Record<string, string>>;
  readonly bus: Bus;
  readonly load: Load;
  topic(pattern: TopicPattern): string;
  db(service: string): Db;
  relay(service: string): Promise<RelayDocument | null>;
  /** A process of the service; `failpoints` as LETHE_FAILPOINTS takes them. Does not wait until it is ready. */
  start(fixture: Fixture, service: string, failpoints?: string): Promise<ServiceProcess>;
  /** Waits until it answers that it is ready: joined its group, nothing halted. */
  ready(process: ServiceProcess, timeoutMs?: number): Promise<void>;
  /** What it says instead of being ready. */
  problems(process: ServiceProcess): Promise<readonly string[]>;
  /** SIGTERM; a process that does not drain is an error. */
  drain(process: ServiceProcess): Promise<void>;
  /** Resolves when the service has handled and said everything that the topic holds now. */
  settled(service: string, topic?: string, timeoutMs?: number): Promise<void>;
}

/** Most of what a scenario costs is starting processes. */
const compileCache = fileURLToPath(new URL('../../../../../node_modules/.cache/lethe/compiled', import.meta.url));
/** The broker's minimum. A killed member stalls its group for so long. */
const SESSION_TIMEOUT_MS = 6_000;

export async function openLab(servers: { readonly env: Readonly<Record<string, string>> }): Promise<Lab> {
  const prefix = namespace();
  const env: Readonly<Record<string, string>> = {
    ...servers.env,
    LETHE_PREFIX: prefix,
    LETHE_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
  };
  const bus = kafkaBus({ brokers: (env['LETHE_KAFKA_BROKERS'] ?? '').split(','), clientId: `${prefix}-lab` });
  const client = new MongoClient(env['LETHE_MONGODB_URL'] ?? '', { serverSelectionTimeoutMS: 5_000 });
  await bus.createTopics(topicSpecs(prefix, []));
  const load = createLoad(prefix, await bus.producer('load'));
  const db = (service: string): Db => client.db(`${prefix}-${service}`);
  const used = new Set<string>();
  const asStore = (service: string) => ({ client, db: db(service), now: unused, close: unused });

  return {
    prefix,
    env,
    bus,
    load,
    db,
    topic: (pattern) => topicName(prefix, pattern),
    relay: (service) => readRelay(asStore(service), service),
    start: (fixture, service, failpoints = '') => {
      used.add(service);
      return serviceProcess({
        name: `${service}${failpoints === '' ? '' : ` (${failpoints})`}`,
        argv: [programOf(fixture), service],
        env: { ...env, LETHE_FAILPOINTS: failpoints, NODE_COMPILE_CACHE: compileCache },
      });
    },
    ready: async (process, timeoutMs = 60_000) => {
      await waitFor(async () => (await problemsOf(process)).length === 0, { what: 'readiness', timeoutMs });
    },
    problems: problemsOf,
    drain: async (process) => {
      await process.kill('SIGTERM');
      const { code } = await process.exited;
      if (code !== 0) throw new Error(`it did not drain: exit ${String(code)}\n${process.output()}`);
    },
    settled: async (service, topic = topicName(prefix, 'lethe.requests'), timeoutMs = 90_000) => {
      const ends = await bus.endOffsets([topic]);
      const options = { timeoutMs, everyMs: 250 };
      const what = `${service} to come to the end of ${topic}`;
      await waitFor(() => isPast(db(service), service, ends), { what, ...options });
      // Under load there is always something in the outbox: what is there now has to go.
      const unsaid = (await outbox(db(service)).find().project<{ _id: string }>({ _id: 1 }).toArray()).map(
        ({ _id }) => _id,
      );
      const said = async (): Promise<boolean> =>
        (await outbox(db(service)).countDocuments({ _id: { $in: unsaid } })) === 0;
      await waitFor(said, { what: `${service} to say what it has decided`, ...options });
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...used].map((service) => db(service).dropDatabase()));
      await client.close();
      await bus.close();
    },
  };
}

/** What tsc made of a fixture: Nest's decorators do not run as they are. */
export function programOf(fixture: Fixture): string {
  return fileURLToPath(new URL(`../../dist/fault/${fixture}.js`, import.meta.url));
}

async function problemsOf(process: ServiceProcess): Promise<readonly string[]> {
  const address = /"address":"(http:[^"]+)"/.exec(process.output())?.[1];
  if (address === undefined) return ['it does not listen yet'];
  const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(2_000) });
  const { problems } = (await response.json()) as { readonly problems: readonly string[] };
  return problems;
}

/**
 * Waits for an armed process to be killed by itself. A restart after a kill waits for the killed member's session, 6 s;
 * the rest is patience with a busy machine.
 *
 * @param meanwhile called again and again, e.g. to feed: late passes want load
 */
export async function untilKilled(process: ServiceProcess, meanwhile: () => Promise<void> = nothing): Promise<void> {
  let end: string | null = null;
  void process.exited.then(({ code, signal }) => (end = signal ?? `exit ${String(code)}`));
  const look = async (): Promise<string | null> => {
    if (end === null) await meanwhile();
    return end;
  };
  const what = 'an armed process to reach its failpoint';
  const ended = await waitFor(look, { what, timeoutMs: 60_000, everyMs: 300 });
  if (ended !== 'SIGKILL') throw new Error(`an armed process ended in ${ended}\n${process.output()}`);
}

async function nothing(): Promise<void> {
  // The load comes from elsewhere.
}

/** Where this program can be killed, by its own word. */
export function failpointsOf(fixture: Fixture): readonly string[] {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = spawnSync(process.execPath, [programOf(fixture), '--failpoints'], { encoding: 'utf8', env });
  return stdout.trim().split('\n');
}

type Ends = readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];

async function isPast(db: Db, service: string, ends: Ends): Promise<boolean> {
  const next = new Map((await fences(db).find().toArray()).map((fence) => [fence._id, fence.next ?? 0]));
  return ends.every(({ topic, partition, offset }) => (next.get(`${service}:${topic}:${partition}`) ?? 0) >= offset);
}

function unused(): never {
  throw new Error('the lab reads documents only');
}
