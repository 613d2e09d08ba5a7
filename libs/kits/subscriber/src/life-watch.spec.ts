import { describe, expect, it } from '@jest/globals';
import { begun, type LedgerEntry } from './ledger.ts';
import { lifeWatch } from './life-watch.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const LIFE = 10_000;
const theirs = (aliveUntil: Date, standing: LedgerEntry | null = null): LedgerEntry =>
  begun('an order', standing, { by: 'them', aliveUntil, aliveMs: LIFE, held: null });

describe('a run of another process', () => {
  it('is in the way as long as it said that it lives, and not a moment longer', () => {
    const watch = lifeWatch('me');
    expect(watch.isBusy(null, at(0), 0)).toBe(false);
    expect(watch.isBusy(theirs(at(10)), at(0), 0)).toBe(true);
    expect(watch.isBusy(theirs(at(10)), at(9), 9_000)).toBe(true);
    expect(watch.isBusy(theirs(at(10)), at(10), 9_500)).toBe(false);
    expect(lifeWatch('them').isBusy(theirs(at(10)), at(0), 0)).toBe(false);
  });

  it('does not block an order for good when a clock has jumped: without a sign for a life, it is over', () => {
    const watch = lifeWatch('me');
    const nextYear = new Date(Date.UTC(2027, 0, 1));
    expect(watch.isBusy(theirs(nextYear), at(0), 0)).toBe(true);
    expect(watch.isBusy(theirs(nextYear), at(9), 9_999)).toBe(true);
    expect(watch.isBusy(theirs(nextYear), at(10), 10_000)).toBe(false);
  });

  it('whose clock is ahead lives as long as it gives signs', () => {
    const watch = lifeWatch('me');
    for (let tick = 0; tick < 60_000; tick += 3_000) {
      const ahead = new Date(Date.UTC(2027, 0, 1) + tick);
      expect(watch.isBusy(theirs(ahead), at(0), tick)).toBe(true);
    }
  });
});
