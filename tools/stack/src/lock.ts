import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, StackError } from './stack-error.ts';

/**
 * A lock between processes that the kernel releases when its holder dies: SQLite's exclusive lock on an empty database.
 * A lock file with a pid in it would have to be judged stale, and two judges can both be right and then both hold it.
 */
export const withLock = async <T>(
  path: string,
  work: () => Promise<T>,
  options: { readonly waitMs: number; readonly onWait?: () => void },
): Promise<T> => {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + options.waitMs;
  let told = false;
  for (;;) {
    const database = tryLock(path);
    if (database !== null) {
      try {
        return await work();
      } finally {
        database.close();
      }
    }
    if (!told) {
      options.onWait?.();
      told = true;
    }
    if (Date.now() > deadline) {
      throw new StackError(
        'busy',
        `Another process has held ${path} for ${options.waitMs / 1000} s; wait for it or end it.`,
      );
    }
    await sleep(100);
  }
};

const tryLock = (path: string): DatabaseSync | null => {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (messageOf(error).includes('locked')) return null;
    throw error;
  }
};
