import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { platform } from 'node:os';
import type { Environment } from './paths.ts';
import { identify, isAlive, killProcess } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { messageOf, StackError } from './stack-error.ts';

export interface Launched {
  readonly process: ProcessIdentity;
  /** What it has written since it was started. */
  readonly output: () => string;
}

/** Every server carries its stack's folder in its environment: so one is found that was started and could not be written down. */
const MARK = 'LETHE_STACK_SERVER';
const markOf = (folder: string, server: string): string => `${server}:${folder}`;

/**
 * Starts a server that outlives this process: its own session, and its output in a file.
 * `record` is called before anything is awaited, so that a kill of this process finds the server written down.
 */
export const launch = async (
  command: string,
  args: readonly string[],
  options: {
    readonly folder: string;
    readonly server: string;
    readonly log: string;
    readonly environment: Environment;
    readonly record: (process: ProcessIdentity) => void;
  },
): Promise<Launched> => {
  mkdirSync(dirname(options.log), { recursive: true });
  keepOneOlder(options.log);
  const begin = sizeOf(options.log);
  const file = openSync(options.log, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', file, file],
      env: { ...options.environment, [MARK]: markOf(options.folder, options.server) },
    });
    const process = child.pid === undefined ? null : identify(child.pid);
    if (process !== null) options.record(process);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new StackError('server_did_not_start', `${command} could not be started: ${messageOf(error)}`, error)),
      );
    });
    child.unref();
    const output = (): string => readFileSync(options.log).subarray(begin).toString('utf8');
    if (process === null) throw new StackError('server_did_not_start', `${command} ended at once:\n${output()}`);
    return { process, output };
  } finally {
    closeSync(file);
  }
};

const LARGE_LOG_BYTES = 16 * 1024 * 1024;

/** A log never grows without end: at a start a large one becomes the older one, and the older one goes. */
const keepOneOlder = (log: string): void => {
  if (sizeOf(log) > LARGE_LOG_BYTES) renameSync(log, `${log}.older`);
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Ends the server of this folder that nobody wrote down: their starter was killed between starting and writing. */
export const endStrays = async (folder: string, server: string): Promise<void> => {
  for (const stray of straysOf(`${MARK}=${markOf(folder, server)}`)) {
    if (isAlive(stray)) await killProcess(stray);
  }
};

/** Only Linux shows a process's environment; elsewhere the instant between starting and writing stays unguarded. */
const straysOf = (mark: string): readonly ProcessIdentity[] => {
  if (platform() !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(mark))
    .map((entry) => identify(Number(entry)))
    .filter((found) => found !== null);
};

const environmentOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // another account's process, or one that has just ended
  }
};
