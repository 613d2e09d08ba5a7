/** Intake as a process of its own on real servers, and everything that it wrote anywhere, to be searched. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, type BusRecord, kafkaBus } from '@lethe/bus';
import { deadLetterTopic, decodeEvent, topicName, type TopicPattern } from '@lethe/contracts';
import { connectStore, type Store } from '@lethe/store';
import { namespace, serviceProcess, type ServiceProcess, testStack } from '@lethe/testkit';
import { givenCatalogTexts } from './intake.given.ts';

export interface RunningIntake extends AsyncDisposable {
  readonly prefix: string;
  readonly url: string;
  readonly bus: Bus;
  readonly store: Store;
  readonly process: ServiceProcess;
  topic(pattern: TopicPattern): string;
  read(topic: string): Promise<readonly BusRecord[]>;
  /** Events of a topic, decoded. */
  events(pattern: TopicPattern): Promise<readonly ReturnType<typeof decodeEvent>[]>;
  /** The part of it that holds the text: its output, its topics, its database, its metrics. Empty is what promises ask for. */
  whereIs(text: string): Promise<readonly string[]>;
}

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Started {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** Its process alone, not waited for: for starts that are to fail. */
export async function startIntake({ env = {}, texts = givenCatalogTexts }: Started = {}) {
  const stack = await testStack();
  const prefix = namespace();
  const folder = await mkdtemp(join(tmpdir(), 'lethe-catalog-'));
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const service = await serviceProcess({
    name: 'intake',
    argv: ['--enable-source-maps', main],
    env: {
      ...stack.env,
      NODE_ENV: undefined,
      LETHE_PREFIX: prefix,
      LETHE_CATALOG: folder,
      LETHE_HTTP_PORT: '0',
      LETHE_SESSION_TIMEOUT_MS: '6000',
      ...env,
    },
  });
  const close = async (): Promise<void> => {
    await service[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  return { stack, prefix, process: service, close };
}

export async function runningIntake(started: Started = {}): Promise<RunningIntake> {
  const { stack, prefix, process, close } = await startIntake(started);
  const ready = await process.waitForOutput(/"address":"(http:[^"]+)"[^\n]*"msg":"ready"/, 60_000);
  const url = ready[1] ?? '';
  const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-test` });
  const store = await connectStore(stack.mongodb.url, `${prefix}-intake`);

  const read = async (topic: string): Promise<readonly BusRecord[]> => {
    const records: BusRecord[] = [];
    for await (const record of bus.readAll(topic)) records.push(record);
    return records;
  };
  const topic = (pattern: TopicPattern): string => topicName(prefix, pattern);

  return {
    prefix,
    url,
    bus,
    store,
    process,
    topic,
    read,
    events: async (pattern) =>
      (await read(topic(pattern))).flatMap(({ value }) => (value === null ? [] : [decodeEvent(value)])),
    whereIs: async (text) => {
      const places: string[] = [];
      if (process.output().includes(text)) places.push('output');
      const said = [topic('lethe.observations'), topic('lethe.requests'), topic('lethe.schemas')];
      const refused = ['lethe.user-events', 'lethe.case-events'] as const;
      for (const name of [...said, ...refused.map((pattern) => deadLetterTopic(topic(pattern)))]) {
        for (const { key, value, headers } of await read(name)) {
          if (`${key ?? ''} ${JSON.stringify(headers)}`.includes(text)) places.push(`${name} (key or headers)`);
          if (value?.includes(text) === true) places.push(name);
        }
      }
      for (const { collectionName } of await store.db.collections()) {
        const documents = await store.db.collection(collectionName).find().toArray();
        if (everyText(documents).includes(text)) places.push(`store ${collectionName}`);
      }
      const metrics = await (await fetch(`${url}/metrics`)).text();
      if (metrics.includes(text)) places.push('metrics');
      return places;
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await bus.close();
      await store.db.dropDatabase();
      await store.close();
    },
  };
}

/** Also the bytes of what is stored as bytes. */
function everyText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part,
  );
}
