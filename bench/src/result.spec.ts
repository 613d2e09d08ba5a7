import { describe, expect, it } from '@jest/globals';
import type { Figure, Outcome } from './line.ts';
import { LostError, resultsOf, type Round } from './result.ts';

const figure = (better: Figure['better'], bar: number | null = null): Figure => ({ name: 'f', unit: 'u', better, bar });
const outcome = (value: number, seen = 5): Outcome => ({
  values: { f: value },
  counts: [{ what: 'messages', expected: 5, seen }],
});
const round = (floor: number, ours: number): Round => ({ floor: outcome(floor), ours: outcome(ours) });
const rounds = [round(100, 50), round(200, 50), round(120, 60)];

describe('a result', () => {
  it('sets the medians against each other, and says the spread of both and of the pairs', () => {
    expect(resultsOf({ name: 'l', figures: [figure('more', 0.4)] }, rounds)).toEqual([
      {
        name: 'f',
        floor: 120,
        ours: 50,
        ratio: 0.417,
        bar: 0.4,
        ok: true,
        unit: 'u',
        runs: 3,
        floorMin: 100,
        floorMax: 200,
        oursMin: 50,
        oursMax: 60,
        ratioMin: 0.25,
        ratioMax: 0.5,
        counted: 30,
      },
    ]);
  });

  it('turns the ratio where less is better, so that 1 is always the floor and less is worse', () => {
    const [result] = resultsOf({ name: 'l', figures: [figure('less', 0.5)] }, [round(10, 40)]);
    expect(result).toMatchObject({ ratio: 0.25, ok: false });
  });

  it('is ok without a bar', () => {
    expect(resultsOf({ name: 'l', figures: [figure('more')] }, [round(10, 1)])[0]?.ok).toBe(true);
  });

  it('is refused when one run of either side lost something, or has too much', () => {
    for (const seen of [4, 6]) {
      const lost = { floor: outcome(1), ours: outcome(1, seen) };
      expect(() => resultsOf({ name: 'l', figures: [figure('more')] }, [...rounds, lost])).toThrow(LostError);
      expect(() => resultsOf({ name: 'l', figures: [figure('more')] }, [lost])).toThrow(`messages: ${seen} of 5`);
    }
  });

  it('is refused when a figure was not measured', () => {
    const unmeasured = { floor: { values: {}, counts: [] }, ours: { values: {}, counts: [] } };
    expect(() => resultsOf({ name: 'l', figures: [figure('more')] }, [unmeasured])).toThrow('f was not measured');
  });
});
