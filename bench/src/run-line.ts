/** One line, round by round: ours and the floor in turn, so that what disturbs the machine disturbs both. */
import type { Bench } from './bench.ts';
import type { Line, LineRun } from './line.ts';
import { drawProfiles, profiled, profileFolder } from './profile/profile-files.ts';
import { checkCounts, type Result, resultsOf, type Round } from './result.ts';

const ROUNDS = 5;
const QUICK_ROUNDS = 3;

export interface RunOptions {
  readonly quick: boolean;
  /** Folder for the profiles of this line; null: no profiled round. */
  readonly profile: string | null;
}

/** @throws LostError, or whatever keeps a side from its work */
export async function runLine(line: Line, bench: Bench, { quick, profile }: RunOptions): Promise<readonly Result[]> {
  const began = performance.now();
  await using run = await line.open(bench);
  const round = async (): Promise<Round> => {
    const ours = await run.ours();
    checkCounts(line.name, ours);
    const floor = await run.floor();
    checkCounts(line.name, floor);
    return { ours, floor };
  };
  if (line.warmUp === true) await round();
  const rounds: Round[] = [];
  const wanted = quick ? QUICK_ROUNDS : (line.rounds ?? ROUNDS);
  for (let at = 1; at <= wanted; at += 1) {
    bench.say(`${line.name}: round ${at} of ${wanted}`);
    rounds.push(await round());
  }
  if (profile !== null) await profileLine(line, bench, run, profile);
  bench.say(`${line.name}: done in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return resultsOf(line, rounds);
}

/** Once more under the profiler, which slows it: that round does not count. */
async function profileLine(line: Line, bench: Bench, run: LineRun, into: string): Promise<void> {
  const folder = await profileFolder(into, line.name);
  bench.say(`${line.name}: once more under the profiler`);
  bench.profileInto = folder;
  try {
    checkCounts(line.name, await (line.inProcess === true ? profiled(folder, () => run.ours()) : run.ours()));
  } finally {
    bench.profileInto = null;
  }
  for (const picture of await drawProfiles(folder, line.name)) bench.say(`  ${picture}`);
}
