import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Completes the sentence "waited for ..." when it never comes. */
  readonly what: string;
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 50 ms. */
  readonly everyMs?: number;
}

/** Thrown by a condition that can never come true any more: it ends the wait at once, as it is. */
export class HopelessError extends Error {}

type Absent = false | null | undefined;

/**
 * Asks until the answer is something, and returns it. A condition that throws has not come true yet; what it threw last is the
 * cause of the error when it never does.
 */
export const waitFor = async <T>(
  condition: () => T | Absent | Promise<T | Absent>,
  { what, timeoutMs = 10_000, everyMs = 50 }: WaitOptions,
): Promise<Exclude<T, Absent>> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await condition();
      if (isPresent(answer)) return answer;
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      failure = error;
    }
    if (performance.now() >= deadline) {
      const why = failure === undefined ? '' : `: ${reasonOf(failure)}`;
      throw new Error(
        `waited ${timeoutMs} ms for ${what}${why}`,
        failure === undefined ? undefined : { cause: failure },
      );
    }
    await sleep(everyMs);
  }
};

const isPresent = <T>(answer: T | Absent): answer is Exclude<T, Absent> =>
  answer !== false && answer !== null && answer !== undefined;

/** By shape: under jest, errors of Node's own modules come from another realm and are no `instanceof Error`. */
export const reasonOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
