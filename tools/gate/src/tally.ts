import type { Entry } from './jest-ledger.ts';

/** What is known of a run of jest so far. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Suites that began and have not ended. */
  readonly open: readonly string[];
  readonly finished: boolean;
}

export const nothingYet: Tally = { passed: 0, failed: 0, open: [], finished: false };

export const tally = (so: Tally, entry: Entry): Tally => {
  switch (entry.type) {
    case 'opened':
      return { ...so, open: [...so.open, entry.suite] };
    case 'closed':
      return {
        ...so,
        open: so.open.filter((suite) => suite !== entry.suite),
        passed: so.passed + entry.passed,
        failed: so.failed + entry.failed,
      };
    case 'finished':
      return { ...so, finished: true };
  }
};

/**
 * The failures to report. A suite left open counts as one, a build that failed counts as one, and a jest that exits
 * non-zero for a reason that no suite carries (no test found, a global set-up that threw) counts as one as well.
 */
export const failures = (end: Tally, exitCode: number, built: boolean): number => {
  const known = end.failed + end.open.length + (built ? 0 : 1);
  return known === 0 && (exitCode !== 0 || !end.finished) ? 1 : known;
};
