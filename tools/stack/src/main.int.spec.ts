import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';
import type { CommandResult } from './run-command.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lethe-stack-command-'));
});
afterEach(async () => {
  await stack(['reset']);
  await rm(home, { recursive: true });
}, 60_000);

const NOT_GIVEN = { LETHE_KAFKA_BROKERS: '', LETHE_MONGODB_URL: '' };

const stack = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> =>
  runCommand(process.execPath, [MAIN, ...args], {
    environment: { ...process.env, NODE_OPTIONS: '', LETHE_STATE: home, ...NOT_GIVEN, ...environment },
    timeoutMs: 110_000,
  });

describe('npm run stack', () => {
  it('starts, names, shows, stops and deletes', async () => {
    const before = await stack(['env']);
    expect(before.exitCode).toBe(1);
    expect(before.output).toContain('npm run stack -- up');

    const up = await stack(['up']);
    expect(up).toMatchObject({ exitCode: 0 });
    const env = await stack(['env']);
    expect(env.exitCode).toBe(0);
    const brokers = /^export LETHE_KAFKA_BROKERS='([^']+)'$/m.exec(env.output)?.[1] ?? '';
    expect(up.output).toContain(brokers);
    expect(env.output).toMatch(/^export LETHE_MONGODB_URL='mongodb:\/\/[^']+directConnection=true'$/m);

    const doctor = await stack(['doctor']);
    expect(doctor).toMatchObject({ exitCode: 0 });
    expect(doctor.output).toContain(`kafka runs at ${brokers}`);
    expect((await stack(['logs', 'mongodb', '--lines', '2'])).output.trim().split('\n')).toHaveLength(2);

    expect(await stack(['down'])).toMatchObject({ exitCode: 0 });
    expect((await stack(['env'])).exitCode).toBe(1);
    expect(existsSync(join(home, 'servers', 'kafka'))).toBe(true);
    await writeFile(join(home, 'not-ours'), 'kept');
    expect(await stack(['reset'])).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(home, 'servers'))).toBe(false);
    expect(existsSync(join(home, 'not-ours'))).toBe(true);
  }, 120_000);

  it('says in one message what is missing and what the other way is', async () => {
    const empty = join(home, 'empty');
    await mkdir(empty);
    const bare = { PATH: empty, JAVA_HOME: '', XDG_CACHE_HOME: join(home, 'cache') };
    const { exitCode, output } = await stack(['up'], bare);
    expect(exitCode).toBe(1);
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/Java: not found; install Java 17 or newer/);
    expect(lines[2]).toMatch(/Maven: not found/);
    expect(lines[3]).toMatch(/Python: python3 with pip not found|mongod: not found/);
    expect(lines[4]).toContain('LETHE_KAFKA_BROKERS');
    const doctor = await stack(['doctor'], bare);
    expect(doctor.exitCode).toBe(1);
    expect(doctor.output).toMatch(/^problem +Java: not found/m);
  }, 60_000);

  it('says when Java is too old', async () => {
    const bin = join(home, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n', { mode: 0o755 });
    const { output } = await stack(['up'], { JAVA_HOME: home });
    expect(output).toContain('Java: found 11, which is too old; install Java 17 or newer');
  }, 60_000);

  it('explains itself, and refuses what it does not know', async () => {
    expect(await stack(['help'])).toMatchObject({ exitCode: 0, output: expect.stringContaining('doctor') as unknown });
    expect(await stack([])).toMatchObject({ exitCode: 2 });
    expect(await stack(['start'])).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('no command "start"') as unknown,
    });
    expect(await stack(['logs', 'zookeeper'])).toMatchObject({ exitCode: 2 });
    expect(await stack(['logs'])).toMatchObject({ exitCode: 1 });
  }, 60_000);
});
