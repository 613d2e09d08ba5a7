import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chooseBackend } from './infrastructure/backend.ts';
import { KEEPER_VARIABLE } from './keeper-address.ts';

/** jest's globalSetup: whoever calls testStack() in this run shares one stack, unless the run uses servers that are there already. */
const setup = async (): Promise<void> => {
  if (chooseBackend(process.env) === 'given') return;
  const keeper = spawn(
    process.execPath,
    ['--conditions=@lethe/source', fileURLToPath(new URL('./keeper.ts', import.meta.url))],
    // A session of its own: it must outlive jest for as long as it takes to clean up.
    { detached: true, stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const [address] = (await once(keeper.stdout, 'data')) as [Buffer];
  process.env[KEEPER_VARIABLE] = address.toString('utf8').trim();
  keeper.stdout.destroy();
  keeper.unref();
  if (keeper.stdin instanceof Socket) keeper.stdin.unref();
};

export default setup;
