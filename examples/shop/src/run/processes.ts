import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from './run-error.ts';

export interface Program {
  readonly name: string;
  /** What follows `node`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Processes {
  readonly logs: string;
  start(program: Program): void;
  /** Fails as soon as one of them ends by itself, with the end of its log, and never succeeds: race what you wait for with it. */
  readonly failure: Promise<never>;
  /** SIGTERM to all, then until they have drained. */
  stop(): Promise<void>;
}

const DRAIN_MS = 25_000;
const SHOWN_LINES = 15;

/** The example's processes, each with a log file. None outlives the example: see LETHE_EXIT_WITH_PARENT. */
export function processesIn(logs: string): Processes {
  mkdirSync(logs, { recursive: true });
  const running = new Map<string, { readonly child: ChildProcess; readonly ended: Promise<void> }>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined); // whoever races with it hears of it
  let stopping = false;

  return {
    logs,
    failure: failed.promise,
    start({ name, argv, env }) {
      const file = join(logs, `${name}.log`);
      const log = openSync(file, 'a');
      const child = spawn(process.execPath, argv, {
        // The pipe to stdin closes when this process ends in whatever way; they then drain and end.
        stdio: ['pipe', log, log],
        env: { ...process.env, ...env, LETHE_EXIT_WITH_PARENT: '1' },
        // A group of its own: Ctrl-C is ours to hear, and we tell them.
        detached: true,
      });
      closeSync(log);
      const ended = new Promise<void>((resolve) => {
        child.once('exit', (code, signal) => {
          running.delete(name);
          resolve();
          if (!stopping) failed.reject(new RunError(obituary(name, file, signal ?? code)));
        });
        child.once('error', (error) => {
          failed.reject(new RunError(`${name} could not be started: ${error.message}`));
        });
      });
      running.set(name, { child, ended });
    },
    async stop() {
      stopping = true;
      const all = [...running.values()];
      for (const { child } of all) child.kill('SIGTERM');
      const timer = new AbortController();
      const late = sleep(DRAIN_MS, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
      await Promise.race([Promise.all(all.map(({ ended }) => ended)), late]);
      timer.abort();
      for (const { child } of running.values()) child.kill('SIGKILL');
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

function obituary(name: string, file: string, how: string | number | null): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES);
  return `${name} ended (${how ?? 'unknown'}). The end of ${file}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Ports that were free a moment ago; different ones, since they are held together. */
export async function freePorts(wanted: number): Promise<readonly number[]> {
  const servers = Array.from({ length: wanted }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    if (address !== null && typeof address === 'object') ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
