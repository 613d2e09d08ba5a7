/** Audit as a process of its own on real servers; it can be killed and started again. */
import { fileURLToPath } from 'node:url';
import { type Bus, kafkaBus, type OutgoingRecord } from '@lethe/bus';
import { encodeEvent, type Events, type Named, topicName, type TopicPattern } from '@lethe/contracts';
import { connectStore, type Store } from '@lethe/store';
import { namespace, serviceProcess, type ServiceProcess, testStack } from '@lethe/testkit';

export interface RunningAudit extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  /** Everything that its processes wrote. */
  output(): string;
  kill(): Promise<void>;
  start(): Promise<void>;
  get(path: string): Promise<{ readonly status: number; readonly text: string; readonly body: unknown }>;
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** A fact as its publisher would put it on its topic. */
  record<N extends Named>(pattern: TopicPattern, name: N, event: Events[N], key: string): OutgoingRecord;
}

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export async function runningAudit(): Promise<RunningAudit> {
  const stack = await testStack();
  const prefix = namespace();
  const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-test` });
  const store = await connectStore(stack.mongodb.url, `${prefix}-audit`);
  const lives: ServiceProcess[] = [];
  let url = '';

  const start = async (): Promise<void> => {
    const service = await serviceProcess({
      name: 'audit',
      argv: ['--enable-source-maps', main],
      env: {
        ...stack.env,
        NODE_ENV: undefined,
        LETHE_PREFIX: prefix,
        LETHE_HTTP_PORT: '0',
        LETHE_SESSION_TIMEOUT_MS: '6000',
      },
    });
    lives.push(service);
    const ready = await service.waitForOutput(/"address":"(http:[^"]+)"[^\n]*"msg":"ready"/, 60_000);
    url = ready[1] ?? '';
  };
  await start();
  const producer = await bus.producer('facts');

  return {
    bus,
    store,
    start,
    output: () => lives.map((each) => each.output()).join('\n'),
    kill: async () => {
      await lives.at(-1)?.kill('SIGKILL');
    },
    get: async (path) => {
      const response = await fetch(`${url}${path}`);
      const text = await response.text();
      return { status: response.status, text, body: response.ok || text.startsWith('{') ? parsed(text) : null };
    },
    publish: (records) => producer.send(records),
    record: (pattern, name, event, key) => ({
      topic: topicName(prefix, pattern),
      key,
      value: encodeEvent(name, event),
      headers: {},
    }),
    [Symbol.asyncDispose]: async () => {
      for (const life of lives) await life[Symbol.asyncDispose]();
      await producer.close();
      await bus.close();
      await store.db.dropDatabase();
      await store.close();
    },
  };
}

/** Metrics are no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
