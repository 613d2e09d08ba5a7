/** What a team's process says when it cannot start, and that it ends when it is told to while it still waits. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endServiceProcesses, namespace, serviceProcess, type ServiceProcess, testStack } from '@lethe/testkit';

const program = fileURLToPath(new URL('./fault/team-process.ts', import.meta.url));
let folder: string;
let brokers: readonly string[];
beforeAll(async () => {
  brokers = (await testStack()).kafka.brokers;
  folder = await mkdtemp(join(tmpdir(), 'lethe-run-'));
  await writeFile(join(folder, 'a-file'), '');
}, 120_000);
afterEach(endServiceProcesses);
afterAll(() => rm(folder, { recursive: true }));

const start = (env: Readonly<Record<string, string>>): Promise<ServiceProcess> =>
  serviceProcess({
    name: 'team',
    argv: ['--conditions=@lethe/source', program],
    env: {
      ...{ SYSTEM: 'desk', STORE: join(folder, 'store.sqlite'), TEAM: 'blind', XDG_STATE_HOME: folder },
      ...{ LETHE_KAFKA_BROKERS: brokers.join(','), LETHE_PREFIX: namespace(), ...env },
    },
  });

describe('the process of a team', () => {
  it.each([
    ['LETHE_KAFKA_BROKERS', 'jane:secret@broker', 'LETHE_KAFKA_BROKERS (brokers) must be host:port'],
    ['LETHE_PREFIX', 'Not A Prefix', 'LETHE_PREFIX (prefix) must be lower-case'],
    ['LETHE_SESSION_TIMEOUT_MS', 'forever', 'LETHE_SESSION_TIMEOUT_MS must be a whole number'],
    ['LETHE_LOG_LEVEL', 'loud', 'LETHE_LOG_LEVEL must be debug, info, warn or error'],
  ])(
    'ends with 1 when it is started with a wrong %s, and says so without its value',
    async (name, value, says) => {
      const team = await start({ [name]: value });
      expect(await team.exited).toEqual({ code: 1, signal: null });
      expect(team.output()).toContain(says);
      expect(team.output()).not.toContain(value);
    },
    60_000,
  );

  it('ends with 1 when its ledger cannot be opened, and says what to do', async () => {
    const team = await start({ LETHE_LEDGER: join(folder, 'a-file', 'ledger.sqlite') });
    expect(await team.exited).toEqual({ code: 1, signal: null });
    expect(team.output()).toContain('set LETHE_LEDGER to a file that can be written');
  }, 60_000);

  it("waits for Lethe's topics, says so, and drains meanwhile", async () => {
    const team = await start({});
    await team.waitForOutput(/waiting for Lethe's topics/);
    await team.kill('SIGTERM');
    expect(await team.exited).toEqual({ code: 0, signal: null });
    expect(team.output()).toContain('"message":"stopped"');
  }, 60_000);
});
