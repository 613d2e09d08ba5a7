/**
 * The database's time, carried on by a clock that nobody can set: due times, leases and cut-offs are compared across
 * processes, so a process whose own clock jumped must not write its idea of now into them.
 */
import type { Store } from '@lethe/store';

export interface Clock {
  now(): Date;
  /** How far this process's clock was from the database's when last looked, in milliseconds. */
  offMs(): number;
  /** Asks the database again. */
  look(): Promise<void>;
}

export async function databaseClock(store: Pick<Store, 'now'>): Promise<Clock> {
  let base = 0;
  let offMs = 0;
  const look = async (): Promise<void> => {
    const before = performance.now();
    const database = (await store.now()).getTime();
    const after = performance.now();
    // It was read somewhere between the two.
    base = database - (before + after) / 2;
    offMs = Date.now() - (base + after);
  };
  await look();
  return { now: () => new Date(Math.round(base + performance.now())), offMs: () => offMs, look };
}
