import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SERVICES } from './services.ts';
import { RunError } from './run-error.ts';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The services run as they do in production, from dist; what has not changed is not built again. */
export async function buildServices(): Promise<void> {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const projects = SERVICES.map((name) => `apps/${name}`);
  const compiler = spawn(process.execPath, [tsc, '-b', ...projects], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  compiler.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(compiler, 'close')) as [number | null];
  if (code !== 0) throw new RunError(`the services do not build (tsc -b ${projects.join(' ')}):\n${said}`);
}
