import { describe, expect, it } from '@jest/globals';
import { stopwatch, watched } from './stopwatch.ts';

/** @param marks how much was done at which millisecond */
const rateOf = (total: number, marks: readonly (readonly [done: number, ms: number])[]): number => {
  let now = 0;
  const watch = stopwatch(total, () => now);
  for (const [done, ms] of marks) {
    now = ms;
    watch.at(done);
  }
  return watch.rate();
};

describe('the stopwatch', () => {
  it('counts from the first mark at or behind the first tenth to the end', () => {
    expect(
      rateOf(100, [
        [5, 9_000],
        [20, 10_000],
        [60, 10_500],
        [100, 11_000],
      ]),
    ).toBe(80);
  });

  it('stops at the end, whatever is said later', () => {
    expect(
      rateOf(100, [
        [10, 0],
        [100, 1_000],
        [100, 9_000],
      ]),
    ).toBe(90);
  });

  it('has no rate before the end, nor when all was done at one mark', () => {
    expect(() => rateOf(100, [[50, 1]])).toThrow('has not ended');
    expect(() => rateOf(100, [[100, 1]])).toThrow('too little');
  });
});

describe('watching', () => {
  it('asks until all is done', async () => {
    let done = 0;
    await expect(watched(10, () => Promise.resolve((done += 2)), { what: 'it' })).resolves.toBeGreaterThan(0);
    expect(done).toBe(10);
  });

  it('gives up when nothing moves, and says how far it came', async () => {
    await expect(watched(10, () => Promise.resolve(3), { what: 'it', patienceMs: 30 })).rejects.toThrow(
      'it: nothing moved for 0.03 s, 3 of 10 done',
    );
  });
});
