import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backOffMs, decideRetry, type RetryPolicy } from './retry.ts';

const policy: RetryPolicy = { firstDelayMs: 100, maxDelayMs: 1_000, maxAttempts: 5, maxElapsedMs: 10_000 };

describe('retry', () => {
  it('doubles up to the ceiling, with half of it left to chance', () => {
    const delays = [1, 2, 3, 4].map((attempts) => decideRetry(policy, attempts, 0, 0.999_999));
    expect(delays).toEqual([100, 200, 400, 800].map((afterMs) => ({ kind: 'again', afterMs })));
    expect(decideRetry(policy, 1, 0, 0)).toEqual({ kind: 'again', afterMs: 50 });
    expect(backOffMs(40, 0.999_999)).toBe(10_000);
  });

  it('ends after the attempts, or when the next one would begin too late', () => {
    expect(decideRetry(policy, 5, 0, 0)).toEqual({ kind: 'enough', why: 'attempts' });
    expect(decideRetry(policy, 2, 9_999, 0)).toEqual({ kind: 'enough', why: 'time' });
  });

  it('never waits longer than the ceiling, however often it failed', () => {
    const seed = 20261122;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, random) => {
          const waited = backOffMs(attempts, random, policy);
          expect(waited).toBeGreaterThanOrEqual(50);
          expect(waited).toBeLessThanOrEqual(1_000);
        },
      ),
      { seed, verbose: true },
    );
  });
});
