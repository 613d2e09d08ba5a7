import { describe, expect, it } from '@jest/globals';
import type { Entry } from './jest-ledger.ts';
import { failures, nothingYet, tally } from './tally.ts';

const after = (...entries: readonly Entry[]) => entries.reduce(tally, nothingYet);

describe('the tally of a run', () => {
  it('adds up what the suites report', () => {
    const end = after(
      { type: 'opened', suite: 'a' },
      { type: 'opened', suite: 'b' },
      { type: 'closed', suite: 'b', passed: 2, failed: 1 },
      { type: 'closed', suite: 'a', passed: 3, failed: 0 },
      { type: 'finished', interrupted: false },
    );
    expect(end).toEqual({ passed: 5, failed: 1, open: [], finished: true });
    expect(failures(end, 1, true)).toBe(1);
  });

  it('counts a suite that never ended as failed, and keeps its name', () => {
    const end = after(
      { type: 'opened', suite: 'a' },
      { type: 'opened', suite: 'b' },
      { type: 'closed', suite: 'a', passed: 1, failed: 0 },
    );
    expect(end.open).toEqual(['b']);
    expect(failures(end, 1, true)).toBe(1);
  });

  it('counts a failed build', () => {
    expect(failures(after({ type: 'finished', interrupted: false }), 0, false)).toBe(1);
  });

  it('never reports success for a jest that failed without a failing suite, or that did not finish', () => {
    expect(failures(after({ type: 'finished', interrupted: false }), 1, true)).toBe(1);
    expect(failures(nothingYet, 0, true)).toBe(1);
    expect(failures(after({ type: 'finished', interrupted: false }), 0, true)).toBe(0);
  });
});
