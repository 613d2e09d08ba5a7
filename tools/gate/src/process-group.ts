import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { environment, root } from './root.ts';

/** Milliseconds between asking a group to stop and ending it. */
const graceMs = 5_000;

/** A command that leads its own process group, so that a time limit or Ctrl-C ends it with all that it started. */
export interface Group {
  readonly child: ChildProcess;
  /** Settles when the leader has exited: its exit code, or 1 when it was ended by a signal or never started. */
  readonly exit: Promise<number>;
  /** Ends every process of the group; settles when the leader is gone. */
  end(): Promise<void>;
}

export const startGroup = (command: string, args: readonly string[], stdio: StdioOptions): Group => {
  const child = spawn(command, args, { cwd: root, env: environment, stdio, detached: true });
  const exit = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      // ESRCH: the whole group is gone already, which is what was wanted.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const end = async (): Promise<void> => {
    signal('SIGTERM');
    const timer = setTimeout(() => signal('SIGKILL'), graceMs);
    await exit;
    clearTimeout(timer);
    // The leader may have left others behind.
    signal('SIGKILL');
  };
  return { child, exit, end };
};

/** Ends the group when this process is asked to stop, and stops with it. */
export const endOnSignal = (group: Group): void => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => void group.end().then(() => process.exit(130)));
  }
};
