/** How much memory a process holds, as the operating system counts it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const KB_PER_MB = 1024;

/** Resident set size, in MB. */
export async function residentMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  const kb = Number(stdout.trim());
  if (!Number.isInteger(kb) || kb <= 0) throw new Error(`ps does not know process ${pid}`);
  return kb / KB_PER_MB;
}
