import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { endProcess, identify, isAlive, killProcess, signal } from './process-identity.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const sleeper = (program = 'setInterval(() => 0, 1000)'): ChildProcess => {
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  started.push(child);
  return child;
};

describe('a process by number and start time', () => {
  it('is known while it lives', async () => {
    const identity = identify(sleeper().pid ?? 0);
    if (identity === null) throw new Error('the sleeper is not there');
    expect(isAlive(identity)).toBe(true);
    await killProcess(identity);
    expect(isAlive(identity)).toBe(false);
    expect(identify(identity.pid)).toBeNull();
  });

  it('is never signalled under a number that has become another process', () => {
    const child = sleeper();
    const stale = { pid: child.pid ?? 0, startedAt: 'another boot:17' };
    expect(signal(stale, 'SIGKILL')).toBe(false);
    expect(child.killed).toBe(false);
    expect(identify(child.pid ?? 0)).not.toBeNull();
  });

  it('is asked to end first, and made to when it does not', async () => {
    const identity = identify(sleeper('process.on("SIGTERM", () => 0); setInterval(() => 0, 1000)').pid ?? 0);
    if (identity === null) throw new Error('the sleeper is not there');
    await endProcess(identity, 300);
    expect(isAlive(identity)).toBe(false);
  });
});
