import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Watchdog {
  /** The servers are gone and so may it be. */
  readonly release: () => Promise<void>;
}

/**
 * A process of its own that holds one end of a pipe and does nothing until the other end closes. The kernel closes it when this
 * process ends, however it ends; a signal handler would not run on SIGKILL.
 */
export const startWatchdog = async (
  stateFolder: string,
  options: { readonly removeFolder: boolean },
): Promise<Watchdog> => {
  // .ts in the sources, .js when built.
  const program = fileURLToPath(new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url));
  const watchdog = spawn(process.execPath, [program, stateFolder, String(options.removeFolder)], {
    // A session of its own: the Ctrl-C that ends this process must not end it.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  await once(watchdog.stdout, 'data'); // it watches: from now on a server may be started
  watchdog.stdout.destroy();
  watchdog.unref();
  // The pipe must not keep this process alive, or it would never end by itself.
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return {
    release: async () => {
      if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
      watchdog.ref();
      const gone = once(watchdog, 'exit');
      watchdog.stdin.end();
      await gone;
    },
  };
};
