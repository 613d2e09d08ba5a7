/** Discovery as a process of its own on real servers, with nobody around it: the spec plays upstream, intake and erasure. */
import { fileURLToPath } from 'node:url';
import { type Bus, kafkaBus, type OutgoingRecord } from '@lethe/bus';
import {
  decodeEvent,
  encodeEvent,
  type Events,
  type Named,
  type SubjectLocated,
  topicName,
  type TopicPattern,
} from '@lethe/contracts';
import { connectStore, type Store } from '@lethe/store';
import { namespace, serviceProcess, type ServiceProcess, testStack } from '@lethe/testkit';

export interface RunningDiscovery extends AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  readonly prefix: string;
  /** Everything that the process wrote. */
  output(): string;
  /** The sum of a metric over its labels, or over those lines that hold these. */
  metric(name: string, ...labels: readonly string[]): Promise<number>;
  /** Ends the process as an operator would. */
  stop(): Promise<void>;
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** A fact as its publisher would put it on its topic. */
  record<N extends Named>(pattern: TopicPattern, name: N, event: Events[N], key: string): OutgoingRecord;
  /** What was said about this request, in order. */
  located(requestId: string): Promise<readonly SubjectLocated[]>;
  /** True when discovery's fences stand at the end of everything that it hears. */
  hasReadAll(): Promise<boolean>;
}

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const catalog = fileURLToPath(new URL('../../../e2e/catalog', import.meta.url));
const heard: readonly TopicPattern[] = ['lethe.observations', 'lethe.requests', 'lethe.case-events'];

interface Fence {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

export interface DiscoveryOptions {
  /** Of another one that it stands beside, or comes after. That one drops the database. */
  readonly beside?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** As an operator starts it; for a start that is refused, see its output and its exit. */
export async function discoveryProcess(prefix: string, env: DiscoveryOptions['env'] = {}): Promise<ServiceProcess> {
  const stack = await testStack();
  return serviceProcess({
    name: 'discovery',
    argv: ['--enable-source-maps', main],
    env: {
      ...stack.env,
      NODE_ENV: undefined,
      LETHE_PREFIX: prefix,
      LETHE_CATALOG: catalog,
      LETHE_HTTP_PORT: '0',
      LETHE_SESSION_TIMEOUT_MS: '6000',
      ...env,
    },
  });
}

export async function runningDiscovery({ beside, env }: DiscoveryOptions = {}): Promise<RunningDiscovery> {
  const stack = await testStack();
  const prefix = beside ?? namespace();
  const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-test` });
  const store = await connectStore(stack.mongodb.url, `${prefix}-discovery`);
  const service = await discoveryProcess(prefix, env);
  const ready = await service.waitForOutput(/"address":"(http:[^"]+)"[^\n]*"msg":"ready"/, 60_000);
  const url = ready[1] ?? '';
  const producer = await bus.producer('facts');

  return {
    bus,
    store,
    prefix,
    output: () => service.output(),
    stop: () => service.kill('SIGTERM'),
    metric: async (name, ...labels) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    publish: (records) => producer.send(records),
    record: (pattern, name, event, key) => ({
      topic: topicName(prefix, pattern),
      key,
      value: encodeEvent(name, event),
      headers: {},
    }),
    located: async (requestId) => {
      const said: SubjectLocated[] = [];
      for await (const { value } of bus.readAll(topicName(prefix, 'lethe.footprints'))) {
        if (value === null) continue;
        const { name, event } = decodeEvent(value);
        if (name === 'SubjectLocated' && event.requestId === requestId) said.push(event);
      }
      return said;
    },
    hasReadAll: async () => {
      const ends = await bus.endOffsets(heard.map((pattern) => topicName(prefix, pattern)));
      const fences = await store.db.collection<Fence>('offsets').find().toArray();
      return ends.every(
        ({ topic, partition, offset }) =>
          offset === 0 ||
          fences.some((fence) => fence.topic === topic && fence.partition === partition && fence.next >= offset),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await producer.close();
      await bus.close();
      if (beside === undefined) await store.db.dropDatabase();
      await store.close();
    },
  };
}
