/** Whether another process is at an order, by its signs of life; no clock can make one live that gives none. */
import type { LedgerEntry } from './ledger.ts';

export interface LifeWatch {
  /**
   * @param now this machine's time
   * @param tick milliseconds on a clock that is never set, such as `performance.now()`
   */
  isBusy(entry: LedgerEntry | null, now: Date, tick: number): boolean;
}

/**
 * A run lives until the time that it wrote. When that time lies far ahead, because a clock was wrong, it lives only as
 * long as it goes on giving signs: one that stays the same for a whole life is over.
 *
 * @param by whose own runs are never in the way
 */
export function lifeWatch(by: string): LifeWatch {
  let seen = { sign: '', since: 0 };
  return {
    isBusy(entry, now, tick) {
      const run = entry?.run ?? null;
      if (run === null || run.by === by || run.aliveUntil <= now) return false;
      const sign = `${run.by} ${run.number} ${run.aliveUntil.getTime()}`;
      if (sign !== seen.sign) seen = { sign, since: tick };
      return tick - seen.since < run.aliveMs;
    },
  };
}
