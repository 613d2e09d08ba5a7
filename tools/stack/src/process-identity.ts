import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './stack-error.ts';

/** A process, not just its number: numbers are given again, and a signal to a stale one hits a stranger. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever form the system tells it; only compared. */
  readonly startedAt: string;
}

/** The process that has this number now, or null: none, or one that has ended and only waits to be collected. */
export const identify = (pid: number): ProcessIdentity | null => {
  const startedAt = platform() === 'linux' ? startedAtOnLinux(pid) : startedAtByPs(pid);
  return startedAt === null ? null : { pid, startedAt };
};

export const isAlive = (process: ProcessIdentity): boolean => identify(process.pid)?.startedAt === process.startedAt;

/** Signals that very process; false when it is gone. */
export const signal = (target: ProcessIdentity, name: NodeJS.Signals): boolean => {
  if (!isAlive(target)) return false;
  try {
    process.kill(target.pid, name);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
};

export const waitUntilGone = async (target: ProcessIdentity, timeoutMs: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(target)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
};

/** Asks, waits, and then insists. */
export const endProcess = async (target: ProcessIdentity, patienceMs: number): Promise<void> => {
  if (!signal(target, 'SIGTERM')) return;
  if (await waitUntilGone(target, patienceMs)) return;
  await killProcess(target);
};

export const killProcess = async (target: ProcessIdentity): Promise<void> => {
  signal(target, 'SIGKILL');
  if (!(await waitUntilGone(target, 10_000))) throw new Error(`process ${target.pid} survives SIGKILL`);
};

const startedAtOnLinux = (pid: number): string | null => {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
  // Ticks count from boot: the boot's id keeps a restarted machine's numbers apart.
  return `${readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${startTicks}`;
};

const startedAtByPs = (pid: number): string | null => {
  try {
    const text = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' || text.startsWith('Z') ? null : text.replace(/^\S+\s+/, '');
  } catch {
    return null; // ps answers 1 when there is no such process
  }
};

const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // the process ended between two looks
  }
};
