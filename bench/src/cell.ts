/** Services as whole processes on the run's servers, started for one side of one round and drained behind it. */
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serviceProcess, type ServiceProcess } from '@lethe/testkit';
import type { Bench } from './bench.ts';

export const services = ['intake', 'discovery', 'erasure', 'audit'] as const;
export type ServiceName = (typeof services)[number];

export interface Cell extends AsyncDisposable {
  url(name: ServiceName): string;
  pid(name: ServiceName): number;
  /** Throws when one of them has ended by itself. */
  check(): void;
  /** SIGTERM to all, then until they have drained. @throws when one does not end in order */
  stop(): Promise<void>;
}

/** A window that no run outlasts: what is merged is then a matter of the load, not of the machine's speed. */
const LETHE_COALESCE_MS = '300000';

const root = new URL('../../', import.meta.url);
const catalog = fileURLToPath(new URL('../catalog', import.meta.url));

/** Resolves when they are ready, one after the other or all at once. */
export async function startCell(bench: Bench, prefix: string, names: readonly ServiceName[]): Promise<Cell> {
  const running = new Map<ServiceName, { readonly process: ServiceProcess; readonly url: string }>();
  const ended: string[] = [];
  let stopping = false;
  const dispose = async (): Promise<void> => {
    stopping = true;
    await Promise.all([...running.values()].map(({ process }) => process[Symbol.asyncDispose]()));
  };
  const started = await Promise.allSettled(
    names.map(async (name) => {
      const service = await startService(bench, prefix, name, await freePort());
      running.set(name, service);
      void service.process.exited.then(({ code, signal }) => {
        if (!stopping) ended.push(`${name} (${signal ?? code ?? ''})\n${service.process.output()}`);
      });
    }),
  );
  for (const each of started) {
    if (each.status === 'fulfilled') continue;
    await dispose();
    throw each.reason;
  }
  const of = (name: ServiceName) => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`${name} was not started`);
    return found;
  };
  return {
    url: (name) => of(name).url,
    pid: (name) => of(name).process.pid,
    check: () => {
      if (ended.length > 0) throw new Error(`ended by itself: ${ended.join('\n')}`);
    },
    stop: async () => {
      stopping = true;
      await Promise.all(
        [...running].map(async ([name, { process }]) => {
          await process.kill('SIGTERM');
          const { code, signal } = await process.exited;
          if (code !== 0) throw new Error(`${name} ended with ${signal ?? code ?? ''}:\n${process.output()}`);
        }),
      );
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Resolves when it is ready. */
export async function startService(bench: Bench, prefix: string, name: ServiceName, port: number) {
  const url = `http://127.0.0.1:${port}`;
  const process = await serviceProcess({
    name,
    argv: [...profilerFor(bench, name), fileURLToPath(new URL(`apps/${name}/dist/main.js`, root))],
    env: {
      ...bench.servers.env,
      LETHE_PREFIX: prefix,
      LETHE_CATALOG: catalog,
      LETHE_HTTP_PORT: String(port),
      LETHE_SESSION_TIMEOUT_MS: '6000',
      ...(name === 'intake' && { LETHE_COALESCE_MS }),
    },
    ready: { url: `${url}/health/ready` },
  });
  return { process, url };
}

/** V8's own sampler, written when the process ends. */
function profilerFor({ profileInto }: Bench, name: ServiceName): readonly string[] {
  if (profileInto === null) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${profileInto}`, `--cpu-prof-name=${name}.cpuprofile`];
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  await new Promise((resolve) => server.close(resolve));
  return port;
}
