// `npm test`: builds, then runs one jest over all tiers, and always ends in a line `N passed, N failed`.
// `npm test -- unit`, `-- int e2e`, `-- libs/domain/identity`, `-- fault relay -t "zombie"` run a part.
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import type { Entry } from './jest-ledger.ts';
import { installProblem } from './installed.ts';
import { endOnSignal, startGroup } from './process-group.ts';
import { environment, root } from './root.ts';
import { failures, nothingYet, tally } from './tally.ts';
import { asked, needsServers, tiers } from './tiers.ts';

const minutesAllowed = Number(process.env['LETHE_TEST_MINUTES'] ?? '15');
/** Milliseconds that jest may take to exit once every suite has ended; a longer one has left something open. */
const exitGraceMs = 15_000;

const build = (): boolean => {
  const { status } = spawnSync('tsc', ['-b'], { cwd: root, env: environment, stdio: 'inherit' });
  return status === 0;
};

const runJest = async (
  words: readonly string[],
): Promise<{ readonly exitCode: number; readonly seen: typeof nothingYet }> => {
  const wanted = asked(words);
  const matches = wanted.tiers.flatMap((tier) => ['--testMatch', tiers[tier]]);
  // As arguments of node, not as NODE_OPTIONS: jest hands them to its workers, and the services under test run without.
  const group = startGroup(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      // First: jest's list options take every plain word that follows them.
      ...wanted.jest,
      '--reporters=default',
      `--reporters=${join(import.meta.dirname, 'jest-ledger.ts')}`,
      ...(needsServers(wanted) ? [] : ['--globalSetup=', '--globalTeardown=']),
      ...matches,
    ],
    ['inherit', 'inherit', 'inherit', 'ipc'],
  );
  endOnSignal(group);

  let seen = nothingYet;
  const give = (ms: number, complaint: () => string): NodeJS.Timeout =>
    setTimeout(() => {
      console.error(`\n${complaint()}`);
      void group.end();
    }, ms);
  const limit = give(minutesAllowed * 60_000, () =>
    [`The tests took more than ${String(minutesAllowed)} minutes (LETHE_TEST_MINUTES) and were ended. Still open:`]
      .concat(seen.open.map((suite) => `  ${relative(root, suite)}`))
      .join('\n'),
  );
  let exitLimit: NodeJS.Timeout | undefined;
  group.child.on('message', (entry: Entry) => {
    seen = tally(seen, entry);
    if (seen.finished) {
      exitLimit = give(
        exitGraceMs,
        () => 'Every suite has ended, but jest does not exit: a suite left a server, a timer or a connection open.',
      );
    }
  });
  const exitCode = await group.exit;
  clearTimeout(limit);
  clearTimeout(exitLimit);
  return { exitCode, seen };
};

const problem = installProblem();
if (problem !== null) {
  console.error(problem);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const built = build();
if (!built) console.error('\nThe build failed; the tests run on what it left.\n');
const { exitCode, seen } = await runJest(process.argv.slice(2));
const failed = failures(seen, exitCode, built);
console.log(`\n${String(seen.passed)} passed, ${String(failed)} failed`);
process.exit(failed === 0 ? 0 : 1);
