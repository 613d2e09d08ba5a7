import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { KEEPER_VARIABLE } from './keeper-address.ts';

/** jest's globalSetup: whoever calls testStack() in this run shares one stack, unless the environment names servers already. */
const setup = async (): Promise<void> => {
  if (isSet('LETHE_KAFKA_BROKERS') && isSet('LETHE_MONGODB_URL')) return;
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

const isSet = (name: string): boolean => (process.env[name] ?? '') !== '';

export default setup;
