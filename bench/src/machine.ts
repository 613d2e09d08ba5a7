/** Facts about the machine and the code, without which a figure says nothing. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** ISO date in UTC. */
  readonly date: string;
  readonly commit: string;
  /** Average number of busy processes in the last minute before the run: above 0.5, others disturbed it. */
  readonly loadBefore: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

export async function machine(): Promise<Machine> {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 'yyyy-mm-dd'.length),
    commit: await commit(),
    loadBefore: loadavg()[0] ?? 0,
  };
}

async function commit(): Promise<string> {
  const git = async (...argv: string[]): Promise<string> =>
    (await promisify(execFile)('git', argv, { cwd: root })).stdout.trim();
  try {
    const changed = (await git('status', '--porcelain', '--untracked-files=no')) !== '';
    return `${await git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown: not a clone'; // e.g. an unpacked archive
  }
}

export const machineText = (facts: Machine): string =>
  `${facts.cores} cores (${facts.processor}), ${facts.memoryGb} GB, ${facts.system}, Node ${facts.node}, commit ${facts.commit}, ${facts.date}; load before the run ${facts.loadBefore.toFixed(1)}`;
