/** `lethe fence`, as an operator runs it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Lab } from './lab.ts';

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

const program = fileURLToPath(new URL('../../../../../tools/cli/bin/lethe.mjs', import.meta.url));

export function runFence(lab: Lab, ...words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [program, 'fence', ...words], {
    env: { ...process.env, ...lab.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** Adopts, and fails with what the command said when it does not. */
export async function adopt(lab: Lab, ...words: readonly string[]): Promise<string> {
  const { code, output } = await runFence(lab, 'adopt', ...words, '--actor', 'operator-1', '--reason', 'fault_test');
  if (code !== 0) throw new Error(`adopt ${words.join(' ')} ended in ${String(code)}: ${output}`);
  return output;
}
