/** Back-off as data: how long to wait before the next attempt, or that it is enough. Pure: time and chance are passed in. */

export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** No more attempts than this (the first one included). Infinity for no limit. */
  readonly maxAttempts: number;
  /** No attempt begins later than this after the first one failed. Infinity for no limit. */
  readonly maxElapsedMs: number;
}

export type RetryDecision =
  { readonly kind: 'again'; readonly afterMs: number } | { readonly kind: 'enough'; readonly why: 'attempts' | 'time' };

/**
 * Doubles from `firstDelayMs` to `maxDelayMs`, then takes a random half off: members that failed together do not come
 * back together. `attempts`: how many failed so far (at least 1); `elapsedMs`: since the first failed; `random` in [0, 1).
 */
export const decideRetry = (
  policy: RetryPolicy,
  attempts: number,
  elapsedMs: number,
  random: number,
): RetryDecision => {
  if (attempts >= policy.maxAttempts) return { kind: 'enough', why: 'attempts' };
  const ceiling = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(attempts - 1, 52));
  const afterMs = Math.round(ceiling * (0.5 + random / 2));
  if (elapsedMs + afterMs > policy.maxElapsedMs) return { kind: 'enough', why: 'time' };
  return { kind: 'again', afterMs };
};

/** For what must go on for ever, because an operator sees it: never more than ten seconds between two attempts. */
export const forEver: RetryPolicy = {
  firstDelayMs: 100,
  maxDelayMs: 10_000,
  maxAttempts: Infinity,
  maxElapsedMs: Infinity,
};

/** The delay of a policy without limits. */
export const backOffMs = (attempts: number, random: number, policy: RetryPolicy = forEver): number => {
  const decision = decideRetry({ ...policy, maxAttempts: Infinity, maxElapsedMs: Infinity }, attempts, 0, random);
  return decision.kind === 'again' ? decision.afterMs : policy.maxDelayMs;
};
