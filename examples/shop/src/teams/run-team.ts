/** The process of a team, from its environment to its end. */
import { type ErasureMethod, runSubscriber } from '@lethe/subscriber';
import type { System } from '../data/systems.ts';
import type { TeamStore } from '../stores/shop-store.ts';
import { teamOf } from './team.ts';

export interface TeamSettings {
  readonly mongodbUrl: string;
  readonly prefix: string;
  /** Where the SQLite files of the shop lie. */
  readonly folder: string;
}

/** Opens the team's store and hears its orders, until SIGTERM (or until the example is gone). */
export async function runTeam(
  system: System,
  method: ErasureMethod,
  openStore: (settings: TeamSettings) => TeamStore | Promise<TeamStore>,
): Promise<void> {
  const store = await openStore({
    mongodbUrl: setting('LETHE_MONGODB_URL'),
    prefix: setting('LETHE_PREFIX'),
    folder: setting('LETHE_SHOP_FOLDER'),
  });
  await runSubscriber({ ...teamOf(system, method, store), close: () => store.close() });
}

function setting(name: string): string {
  const value = process.env[name] ?? '';
  if (value === '') throw new Error(`${name} is not set`);
  return value;
}
