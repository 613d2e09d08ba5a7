/** The whole system by `docker compose`, as docker-compose.yml has it: under a project of its own, on free ports of this machine. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chooseFreePort } from '@lethe/stack';
import { namespace } from '@lethe/testkit';
import { z } from 'zod';
import { type ServiceName, services } from './cell.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

export const containers = [...services, 'kafka', 'mongo'] as const;
export type ContainerName = (typeof containers)[number];

export interface ComposeSystem extends AsyncDisposable {
  readonly brokers: string;
  readonly mongodbUrl: string;
  url(name: ServiceName): string;
  /** Sets variables for everything that follows; what docker-compose.yml takes from its environment. */
  set(variables: Readonly<Record<string, string>>): void;
  /** `docker compose ...`. @throws Error with what it printed */
  compose(...words: readonly string[]): Promise<string>;
  /** `docker compose up --wait` of the whole system. */
  up(): Promise<void>;
  inspect(name: ContainerName): Promise<Inspected>;
  /** Runs a program in a living container and gives what it printed. */
  exec(name: ContainerName, ...command: readonly string[]): Promise<string>;
  /** What its containers wrote, over all their lives. */
  output(name: ServiceName): Promise<string>;
}

/** What is asked of `docker inspect`. */
const inspected = z.object({
  Id: z.string(),
  State: z.object({ Running: z.boolean(), ExitCode: z.number(), OOMKilled: z.boolean(), Pid: z.number() }),
  RestartCount: z.number(),
  Config: z.object({ User: z.string(), Env: z.array(z.string()) }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean(),
    Privileged: z.boolean(),
    CapDrop: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Memory: z.number(),
    NanoCpus: z.number(),
    PidsLimit: z.number().nullable(),
    PortBindings: z.record(z.string(), z.array(z.object({ HostIp: z.string() }))),
  }),
});
export type Inspected = z.infer<typeof inspected>;

/** Of one command, on a machine that is busy with other things; a quiet one needs 20 s for the longest. */
const LONGEST_MS = 300_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** @throws Error that says so where no Docker with compose answers */
export async function composeSystem(variables: Readonly<Record<string, string>>): Promise<ComposeSystem> {
  await run('docker', ['compose', 'version']).catch((error: unknown) => {
    throw new Error('these tests need Docker with `docker compose`, which is not there', { cause: error });
  });
  await run('docker', ['info']).catch((error: unknown) => {
    throw new Error('these tests need a Docker daemon, and none answers (try: docker info)', { cause: error });
  });
  const project = namespace();
  const names = ['INTAKE', 'DISCOVERY', 'ERASURE', 'AUDIT', 'KAFKA', 'MONGODB'] as const;
  const ports: Record<string, string> = {};
  for (const name of names) ports[`LETHE_${name}_PORT`] = String(await chooseFreePort());
  let environment: Record<string, string> = { ...ports, ...variables };
  const port = (name: string): string => ports[`LETHE_${name.toUpperCase()}_PORT`] ?? '';

  const docker = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run('docker', words, {
      cwd: root,
      // Of the caller's own settings none may reach the system under test.
      env: { ...withoutOurs(process.env), ...environment },
      timeout: LONGEST_MS,
      maxBuffer: MOST_OUTPUT,
    }).catch((error: unknown) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`docker ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    });
    return stdout === '' ? stderr : stdout;
  };
  const compose = (...words: readonly string[]): Promise<string> => docker('compose', '-p', project, ...words);
  const idOf = async (name: ContainerName): Promise<string> => (await compose('ps', '-aq', name)).trim();
  const past = new Map<ServiceName, string>();

  return {
    brokers: `localhost:${port('kafka')}`,
    mongodbUrl: `mongodb://localhost:${port('mongodb')}/?replicaSet=rs0&directConnection=true`,
    url: (name) => `http://127.0.0.1:${port(name)}`,
    set: (more) => {
      environment = { ...environment, ...more };
    },
    compose,
    up: async () => {
      // A container that is made anew takes its log with it.
      for (const name of services) past.set(name, `${past.get(name) ?? ''}${await logs(name)}`);
      await compose('up', '--wait', '--quiet-pull');
    },
    inspect: async (name) => z.tuple([inspected]).parse(JSON.parse(await docker('inspect', await idOf(name))))[0],
    exec: (name, ...command) => compose('exec', '-T', name, ...command),
    output: async (name) => `${past.get(name) ?? ''}${await logs(name)}`,
    [Symbol.asyncDispose]: async () => {
      await compose('down', '--volumes', '--timeout', '1');
    },
  };

  function logs(name: ServiceName): Promise<string> {
    return compose('logs', '--no-log-prefix', name);
  }
}

const withoutOurs = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(LETHE|COMPOSE)_|^NODE_OPTIONS$/.test(name)));
