/** Since when a server has not answered, and for how long it has been answering; told by those who ask it anyway. */
import { SELDOM_MS } from './metrics/looking.ts';

export interface Silence {
  answered(): void;
  failed(): void;
  /** Since the last answer, or since this began. */
  ms(): number;
  /** Between the first and the last of its answers without a failure in between; what lies long back is no answer. */
  answeringMs(): number;
}

/** Beyond the longest pause between two looks, so that a server which is asked seldom does not seem silent in between. */
const LONG_BACK_MS = 2 * SELDOM_MS;

export function silence(now: () => number = () => performance.now()): Silence {
  let since: number | null = null;
  let last = now();
  return {
    answered: () => {
      last = now();
      since ??= last;
    },
    failed: () => {
      since = null;
    },
    ms: () => now() - last,
    answeringMs: () => (since === null || now() - last > LONG_BACK_MS ? 0 : last - since),
  };
}
