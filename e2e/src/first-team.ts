/** The files of examples/first-team and the command line, as a second team and an operator run them beside a system of containers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceProcess, serviceProcess } from '@lethe/testkit';
import type { ComposeSystem } from './compose-system.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const firstTeamCatalog = join(root, 'examples', 'first-team', 'catalog');

/** @param folder of the team's database and ledger */
export const startProgram = (
  program: 'upstream' | 'downstream',
  system: ComposeSystem,
  folder: string,
): Promise<ServiceProcess> =>
  serviceProcess({
    name: program,
    argv: ['--conditions=@lethe/source', join(root, 'examples', 'first-team', 'src', `${program}.ts`)],
    env: {
      LETHE_KAFKA_BROKERS: system.brokers,
      LETHE_PREFIX: undefined,
      LETHE_LEDGER: join(folder, 'ledger.sqlite'),
      LETHE_SESSION_TIMEOUT_MS: '6000',
      NEWSLETTER_DB: join(folder, 'newsletter.sqlite'),
    },
  });

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** `lethe ...` with the text on its standard input. */
export async function lethe(system: ComposeSystem, words: readonly string[], input = ''): Promise<Said> {
  const child = spawn(process.execPath, [join(root, 'tools', 'cli', 'bin', 'lethe.mjs'), ...words], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LETHE_INTAKE_URL: system.url('intake'),
      LETHE_DISCOVERY_URL: system.url('discovery'),
      LETHE_ERASURE_URL: system.url('erasure'),
      LETHE_AUDIT_URL: system.url('audit'),
      LETHE_KAFKA_BROKERS: system.brokers,
      LETHE_MONGODB_URL: system.mongodbUrl,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, error };
}
