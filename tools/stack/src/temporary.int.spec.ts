import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stackPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { startStack } from './start-stack.ts';
import { readState } from './state.ts';

let owner: ChildProcess | null = null;
let folder: string | null = null;
afterEach(() => {
  owner?.kill('SIGKILL');
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

const until = async (what: string, condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
};

const processesOf = (dir: string): readonly ProcessIdentity[] => {
  const { kafka, mongodb } = readState(stackPaths(dir).state);
  return [kafka?.process, mongodb?.process].filter((process) => process != null);
};

/** A process that owns a temporary stack in `dir` and says when it is up. */
const startOwner = (dir: string): { readonly process: ChildProcess; readonly output: () => string } => {
  const module = fileURLToPath(new URL('./start-stack.ts', import.meta.url));
  const program = `
    import { startStack } from ${JSON.stringify(module)};
    await startStack({ dir: ${JSON.stringify(dir)}, temporary: true, given: {}, log: console.log });
    console.log('up');
    setInterval(() => 0, 1000);
  `;
  let output = '';
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  owner = child;
  return { process: child, output: () => output };
};

describe('a temporary stack', () => {
  it('is gone when stopped, with its data', async () => {
    const before = Date.now();
    const stack = await startStack({ temporary: true, given: {}, shortRetention: true });
    expect(stack.kafka.brokers).toHaveLength(1);
    await stack.stop();
    await expect(stack.restart('mongodb')).rejects.toMatchObject({ code: 'owner_gone' });
    expect(Date.now() - before).toBeLessThan(60_000);
  }, 90_000);

  it('dies with its owner, however that dies', async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-owner-'));
    const dir = folder;
    const { process: child, output } = startOwner(dir);
    await until('the stack to be up', () => output().includes('up\n'));
    const processes = processesOf(dir);
    expect(processes.map(isAlive)).toEqual([true, true]);
    child.kill('SIGKILL');
    await until('the servers to be gone', () => !processes.some(isAlive));
    await until('the data to be gone', () => !existsSync(stackPaths(dir).root));
  }, 90_000);

  it('leaves nothing when its owner is killed in the middle of the start', async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-owner-'));
    const dir = folder;
    const { process: child } = startOwner(dir);
    await until('a first server', () => processesOf(dir).length > 0);
    const processes = processesOf(dir);
    child.kill('SIGKILL');
    await until('the servers to be gone', () => !processes.some(isAlive));
    await until('the data to be gone', () => !existsSync(stackPaths(dir).root));
  }, 90_000);
});
