import { spawn } from 'node:child_process';
import type { Environment } from './paths.ts';

export interface CommandResult {
  /** null when the command could not be started, was killed or ran out of time. */
  readonly exitCode: number | null;
  /** Both streams, in the order in which they arrived. */
  readonly output: string;
}

/** Runs a command to its end. A command that does not exist is a result, not an error: the caller knows what to say about it. */
export const runCommand = (
  command: string,
  args: readonly string[],
  options: { readonly environment: Environment; readonly timeoutMs: number; readonly cwd?: string },
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    // Not spawn's own timeout: after a failed spawn it would keep this process waiting for nothing.
    const limit = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
    const finish = (result: CommandResult): void => {
      clearTimeout(limit);
      resolve(result);
    };
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => finish({ exitCode: null, output: `${output}${error.message}` }));
    child.on('close', (exitCode) => finish({ exitCode, output }));
  });

export const lastLines = (text: string, count: number): string => text.trimEnd().split('\n').slice(-count).join('\n');
