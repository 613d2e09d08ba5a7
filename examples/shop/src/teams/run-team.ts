/** The process of a team, from its environment to its end. */
import { kafkaBus } from '@lethe/bus';
import type { ErasureMethod } from '@lethe/contracts';
import type { System } from '../data/systems.ts';
import type { TeamStore } from '../stores/shop-store.ts';
import { startTeam } from './team.ts';

export interface TeamSettings {
  readonly brokers: readonly string[];
  readonly mongodbUrl: string;
  readonly prefix: string;
  /** Where the SQLite files of the shop lie. */
  readonly folder: string;
}

/** The process of a team: from the environment to a running team, until SIGTERM (or until the example is gone). */
export async function runTeam(
  system: System,
  method: ErasureMethod,
  openStore: (settings: TeamSettings) => TeamStore | Promise<TeamStore>,
): Promise<void> {
  const settings = settingsIn(process.env);
  const store = await openStore(settings);
  const bus = kafkaBus({ brokers: settings.brokers, clientId: `${settings.prefix}-shop-${system}` });
  const log = (line: string): void => console.log(`${new Date().toISOString()} ${system}: ${line}`);
  const team = await startTeam({ system, method, store, bus, prefix: settings.prefix, log });
  log('ready');

  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log(`draining (${why})`);
    await team.stop();
    await bus.close();
    await store.close();
    log('stopped');
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
  if (process.env['LETHE_EXIT_WITH_PARENT'] === '1') process.stdin.resume().once('end', () => void stop('parent gone'));
}

function settingsIn(environment: NodeJS.ProcessEnv): TeamSettings {
  const setting = (name: string): string => {
    const value = environment[name] ?? '';
    if (value === '') throw new Error(`${name} is not set`);
    return value;
  };
  return {
    brokers: setting('LETHE_KAFKA_BROKERS').split(','),
    mongodbUrl: setting('LETHE_MONGODB_URL'),
    prefix: setting('LETHE_PREFIX'),
    folder: setting('LETHE_SHOP_FOLDER'),
  };
}
