/** The whole system in containers, as `docker compose up --wait` starts it, with a second team's own files beside it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endServiceProcesses, waitFor } from '@lethe/testkit';
import { services } from './cell.ts';
import { composeCell } from './compose-cell.ts';
import { type ComposeSystem, composeSystem, containers } from './compose-system.ts';
import { firstTeamCatalog, lethe, startProgram } from './first-team.ts';
import { hostileInput } from './hostile.contract.ts';

const smallestCatalog = fileURLToPath(new URL('../catalog', import.meta.url));
/** Each such step is one or two commands of compose-system.ts, which has the limits. */
const UP_MS = 600_000;

let system: ComposeSystem;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-containers-'));
  system = await composeSystem({ LETHE_IMAGE: 'lethe:test', LETHE_CATALOG: firstTeamCatalog });
  await system.compose('build', '--quiet');
  await system.up();
}, UP_MS);
afterEach(endServiceProcesses);
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, UP_MS);

describe('a container of Lethe', () => {
  it.each(services)(
    '%s runs as nobody in particular, may write nowhere and take no more than its share',
    async (name) => {
      const { Config, HostConfig } = await system.inspect(name);
      expect(Config.User).toBe('node');
      expect(HostConfig).toMatchObject({
        ReadonlyRootfs: true,
        Privileged: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        Memory: 384 * 1024 * 1024,
        NanoCpus: 1_000_000_000,
        PidsLimit: 100,
      });
      expect((await system.exec(name, 'id', '-u')).trim()).toBe('1000');
      const write =
        "try { require('node:fs').writeFileSync('/lethe/x', ''); console.log('written') } catch ({ code }) { console.log(code) }";
      expect((await system.exec(name, 'node', '--eval', write)).trim()).toBe('EROFS');
    },
  );

  it.each(containers)('%s is reached from this machine alone', async (name) => {
    const { HostConfig } = await system.inspect(name);
    const addresses = Object.values(HostConfig.PortBindings).flatMap((bindings) =>
      bindings.map(({ HostIp }) => HostIp),
    );
    expect(addresses).toEqual(['127.0.0.1']);
    expect(HostConfig.CapDrop).toEqual(['ALL']);
  });

  it.each(services)('%s holds no key in its environment', async (name) => {
    const { Config } = await system.inspect(name);
    const ours = Config.Env.filter((entry) => /KEYS|PEPPERS/.test(entry)).map((entry) => entry.split('=')[1] ?? '');
    expect(ours).toHaveLength(3);
    for (const value of ours) expect(value).toMatch(/^\/run\/lethe\/keys\/[a-z-]+$/);
    expect(Config.Env).toContain('NODE_ENV=production');
    expect(await system.output(name)).not.toContain('development keys');
  });
});

describe('a case', () => {
  let request = '';

  it(
    'goes to its close from the command line, with a service killed on the way',
    async () => {
      const upstream = await startProgram('upstream', system, folder);
      expect(await upstream.exited).toEqual({ code: 0, signal: null });

      const ada = 'email=ada@example.com\n';
      const accepted = await lethe(system, ['request', 'submit', '--controller', 'gazette', '--json'], ada);
      expect(accepted).toMatchObject({ code: 0 });
      request = (JSON.parse(accepted.out) as { id: string }).id;
      await waitFor(async () => (await fetch(`${system.url('erasure')}/v1/cases/${request}`)).ok, {
        what: 'the case to be open',
        timeoutMs: 30_000,
      });

      await system.compose('kill', 'erasure');
      expect((await system.inspect('erasure')).State).toMatchObject({ Running: false, ExitCode: 137 });
      const downstream = await startProgram('downstream', system, folder);
      await system.up();

      const shown = await waitFor(
        async () => {
          const { out } = await lethe(system, ['request', 'show', request, '--json']);
          const view = JSON.parse(out) as { state: string };
          return view.state === 'completed' ? view : false;
        },
        { what: 'the request to be completed', timeoutMs: 60_000, everyMs: 500 },
      );
      expect(shown).toMatchObject({ outcome: 'erased' });
      await downstream.kill('SIGTERM');
      expect(await downstream.exited).toEqual({ code: 0, signal: null });
    },
    UP_MS,
  );

  it('is waited for by one command', async () => {
    await startProgram('downstream', system, folder);
    const words = ['request', 'submit', '--controller', 'gazette', '--wait', '--timeout', '60'];
    const said = await lethe(system, words, 'email=grace@example.com\n');
    expect(said).toMatchObject({ code: 0 });
    expect(said.out).toContain('erased');
  }, 90_000);

  it('names nobody in what the containers wrote', async () => {
    for (const name of [...services, 'kafka', 'mongo', 'keys'])
      expect(await system.compose('logs', '--no-log-prefix', name)).not.toMatch(/ada@|grace@|edsger@|reader-\d/);
  });

  it(
    'outlives the containers: SIGTERM drains them, what they knew is in the volumes',
    async () => {
      await system.compose('stop');
      for (const name of services) {
        expect((await system.inspect(name)).State).toMatchObject({ ExitCode: 0, OOMKilled: false });
        expect(await system.output(name)).toMatch(/"why":"SIGTERM"[^]*"msg":"stopped"/);
      }
      await system.compose('down');
      await system.up();
      const { out } = await lethe(system, ['request', 'show', request, '--json']);
      expect(JSON.parse(out)).toMatchObject({ state: 'completed', outcome: 'erased' });
      expect(await system.compose('logs', '--no-log-prefix', 'keys')).toContain('the keys are there');
    },
    UP_MS,
  );
});

describe('a start', () => {
  it(
    'fails on a wrong catalog, and the log says where',
    async () => {
      const wrong = join(folder, 'wrong-catalog');
      await cp(firstTeamCatalog, wrong, { recursive: true });
      await writeFile(join(wrong, 'systems', 'newsletter.yaml'), 'name: newsletter\nkind: nowhere\n');
      system.set({ LETHE_CATALOG: wrong });
      await expect(system.compose('up', '--wait', '--no-deps', 'intake')).rejects.toThrow(/intake/);
      expect(await system.output('intake')).toMatch(/the service cannot start/);
      expect(await system.output('intake')).toMatch(/newsletter\.yaml:2/);
      system.set({ LETHE_CATALOG: firstTeamCatalog });
      await system.up();
    },
    UP_MS,
  );

  it(
    'waits for its servers: a service that comes before them is well when they are',
    async () => {
      await system.compose('stop', 'intake', 'kafka');
      await system.compose('up', '--detach', '--no-deps', 'intake');
      await waitFor(async () => (await system.inspect('intake')).RestartCount > 0, {
        what: 'intake to try again',
        timeoutMs: 60_000,
        everyMs: 500,
      });
      // Not --wait: it takes those who stood without Kafka meanwhile for lost.
      await system.compose('up', '--detach');
      for (const name of services)
        await waitFor(async () => (await fetch(`${system.url(name)}/health/ready`)).ok, {
          what: `${name} to be ready`,
          timeoutMs: 120_000,
          everyMs: 500,
        });
    },
    UP_MS,
  );
});

hostileInput(async () => {
  const prefix = 'hostile';
  system.set({ LETHE_PREFIX: prefix, LETHE_CATALOG: smallestCatalog });
  await system.up();
  return composeCell(system, prefix);
}, UP_MS);
