import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Leash {
  readonly hold: (group: number) => void;
  readonly release: (group: number) => void;
}

let leash: Leash | null = null;

/** One for all services of a test process. */
export const theLeash = (): Leash => {
  leash ??= startLeash();
  return leash;
};

const startLeash = (): Leash => {
  const program = fileURLToPath(new URL(`./leash${extname(import.meta.url)}`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  const say = (line: string): void => {
    child.stdin.write(`${line}\n`);
  };
  return { hold: (group) => say(`hold ${group}`), release: (group) => say(`release ${group}`) };
};
