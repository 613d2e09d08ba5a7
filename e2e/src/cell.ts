/** One whole cell under a prefix of its own: four service processes on real servers, to be killed one by one. */
import { fileURLToPath } from 'node:url';
import { createServer } from 'node:net';
import { kafkaBus, type Bus } from '@lethe/bus';
import { namespace, serviceProcess, type ServiceProcess, testStack, type TestStack } from '@lethe/testkit';
import { MongoClient } from 'mongodb';

export const services = ['intake', 'discovery', 'erasure', 'audit'] as const;
export type ServiceName = (typeof services)[number];

export interface Cell extends AsyncDisposable {
  readonly prefix: string;
  readonly bus: Bus;
  readonly mongo: MongoClient;
  readonly brokers: readonly string[];
  /** The variables that name this deployment to a process. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that the processes of this service wrote, over all its lives. */
  output(name: ServiceName): string;
  start(name: ServiceName, failpoints?: string): Promise<void>;
  kill(name: ServiceName): Promise<void>;
  /** As an operator does it: it drains, and comes again with these variables on top of the cell's. */
  restart(name: ServiceName, env: Readonly<Record<string, string>>): Promise<void>;
  /** Resolves when the process ended by itself (a failpoint killed it). */
  exited(name: ServiceName): Promise<void>;
  url(name: ServiceName): string;
  /** The JSON body of a resource, whatever its status. */
  get(name: ServiceName, path: string): Promise<{ readonly status: number; readonly body: unknown }>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export interface CellOptions {
  readonly catalog?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const root = new URL('../../', import.meta.url);
const smallest = fileURLToPath(new URL('../catalog', import.meta.url));

export async function startCell(options: CellOptions = {}): Promise<Cell> {
  const stack: TestStack = await testStack();
  const prefix = namespace();
  const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-test` });
  const mongo = await new MongoClient(stack.mongodb.url, { promoteBuffers: true }).connect();
  const ports = new Map<ServiceName, number>();
  for (const name of services) ports.set(name, await freePort());
  const running = new Map<ServiceName, ServiceProcess>();
  const written = new Map<ServiceName, string[]>(services.map((name) => [name, []]));

  const url = (name: ServiceName): string => `http://127.0.0.1:${ports.get(name) ?? 0}`;

  const start = async (
    name: ServiceName,
    failpoints = '',
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const process = await serviceProcess({
      name,
      argv: ['--enable-source-maps', fileURLToPath(new URL(`apps/${name}/dist/main.js`, root))],
      env: {
        ...cell.env,
        LETHE_CATALOG: options.catalog ?? smallest,
        LETHE_HTTP_PORT: String(ports.get(name)),
        LETHE_SESSION_TIMEOUT_MS: '6000',
        LETHE_FAILPOINTS: failpoints,
        ...options.env,
        ...env,
      },
      // A process that is armed to die may do so before it is ready.
      ...(failpoints === '' && { ready: { url: `${url(name)}/health/ready` } }),
    });
    running.set(name, process);
  };
  const remember = (name: ServiceName): void => {
    const process = running.get(name);
    if (process !== undefined) written.get(name)?.push(process.output());
  };

  const cell: Cell = {
    prefix,
    bus,
    mongo,
    brokers: stack.kafka.brokers,
    env: { ...stack.env, LETHE_PREFIX: prefix },
    url,
    start,
    output: (name) => [...(written.get(name) ?? []), running.get(name)?.output() ?? ''].join('\n'),
    kill: async (name) => {
      await running.get(name)?.kill('SIGKILL');
      remember(name);
      running.delete(name);
    },
    restart: async (name, env) => {
      await running.get(name)?.kill('SIGTERM');
      remember(name);
      running.delete(name);
      await start(name, '', env);
    },
    exited: async (name) => {
      await running.get(name)?.exited;
      remember(name);
      running.delete(name);
    },
    get: async (name, path) => {
      const response = await fetch(`${url(name)}${path}`);
      return { status: response.status, body: await response.json() };
    },
    post: (path, body, headers = {}) =>
      fetch(`${url('intake')}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running.values()].map((process) => process[Symbol.asyncDispose]()));
      await bus.close();
      for (const name of services) await mongo.db(`${prefix}-${name}`).dropDatabase();
      await mongo.close();
    },
  };
  try {
    // All of them, also when one fails: what is still starting could not be ended.
    const started = await Promise.allSettled(services.map((name) => start(name)));
    for (const each of started) if (each.status === 'rejected') throw each.reason;
  } catch (error) {
    await cell[Symbol.asyncDispose]();
    throw error;
  }
  return cell;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
