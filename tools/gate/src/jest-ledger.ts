// A jest reporter. It tells the process that started jest which suites are open and how each ended, so that a hung
// run can be named and a run that dies half way can still be counted. Runs in jest's own process, never in a worker.
import type { AggregatedResult, Test, TestResult } from '@jest/reporters';

/** What the reporter says over the IPC channel, in order. */
export type Entry =
  | { readonly type: 'opened'; readonly suite: string }
  | { readonly type: 'closed'; readonly suite: string; readonly passed: number; readonly failed: number }
  | { readonly type: 'finished'; readonly interrupted: boolean };

const say = (entry: Entry): void => {
  process.send?.(entry);
};

export default class JestLedger {
  onTestFileStart(test: Test): void {
    say({ type: 'opened', suite: test.path });
  }

  onTestFileResult(test: Test, result: TestResult): void {
    // A suite that could not run at all has no failed test, and counts as one.
    const failed = result.numFailingTests + (result.testExecError === undefined ? 0 : 1);
    say({ type: 'closed', suite: test.path, passed: result.numPassingTests, failed });
  }

  onRunComplete(_tests: unknown, result: AggregatedResult): void {
    say({ type: 'finished', interrupted: result.wasInterrupted });
  }
}
