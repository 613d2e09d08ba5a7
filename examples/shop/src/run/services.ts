import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEMS } from '../data/systems.ts';
import { ROOT } from './build.ts';
import { freePorts } from './processes.ts';
import type { Processes } from './processes.ts';
import type { World } from './world.ts';
import { RunError } from './run-error.ts';

export const SERVICES = ['intake', 'discovery', 'erasure', 'audit'] as const;
export type Service = (typeof SERVICES)[number];

/** Where each service answers, e.g. `http://127.0.0.1:20123`. */
export type Addresses = Readonly<Record<Service, string>>;

const PATIENCE_MS = 60_000;
const ASK_MS = 2_000;

/** Starts Lethe and the shop's teams, and waits until all of Lethe is ready. */
export async function startEverything(world: World, processes: Processes): Promise<Addresses> {
  const env = { ...world.stack.env, LETHE_PREFIX: world.prefix };
  const ports = await freePorts(SERVICES.length);
  const addressOf = (name: Service): string => `http://127.0.0.1:${ports[SERVICES.indexOf(name)] ?? 0}`;
  for (const [at, name] of SERVICES.entries()) {
    processes.start({
      name,
      argv: ['--enable-source-maps', join(ROOT, 'apps', name, 'dist', 'main.js')],
      env: {
        ...env,
        LETHE_CATALOG: join(ROOT, 'examples', 'shop', 'catalog'),
        LETHE_HTTP_HOST: '127.0.0.1',
        LETHE_HTTP_PORT: String(ports[at]),
      },
    });
  }
  for (const system of SYSTEMS) {
    processes.start({
      name: `team-${system}`,
      argv: ['--conditions=@lethe/source', join(ROOT, 'examples', 'shop', 'src', 'teams', `${system}.ts`)],
      env: { ...env, LETHE_SHOP_FOLDER: world.folder },
    });
  }
  const addresses = Object.fromEntries(SERVICES.map((name) => [name, addressOf(name)])) as Record<Service, string>;
  await Promise.all(SERVICES.map((name) => ready(name, `${addresses[name]}/health/ready`)));
  return addresses;
}

async function ready(name: Service, url: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let problem = 'no answer';
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
      if (response.ok) return;
      problem = await response.text(); // health says what is wrong, one sentence each
    } catch {
      // not listening yet; whether it still runs is watched elsewhere
    }
    await sleep(100);
  }
  throw new RunError(`${name} is not ready after ${PATIENCE_MS / 1000} s: ${problem}`);
}
