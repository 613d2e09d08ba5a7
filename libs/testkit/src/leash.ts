/**
 * Runs as a process beside a test process and kills the process groups that it still holds when the pipe to it closes: a test
 * that is itself killed leaves no service behind. Lines on stdin: `hold <group>`, `release <group>`.
 */
import { createInterface } from 'node:readline';

const held = new Set<number>();

process.on('SIGINT', () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word, group] = line.split(' ');
  if (word === 'hold') held.add(Number(group));
  if (word === 'release') held.delete(Number(group));
});
lines.on('close', () => {
  for (const group of held) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // it ended by itself in the same instant
    }
  }
});
