/**
 * The rate of a stream of work. The first tenth is not counted: it holds the start of a process, the joining of a group
 * and the compiling of hot code, which the line `start-up` measures apart.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Stopwatch {
  /** So much of the work is done now. */
  at(done: number): void;
  /** Per second, from the end of the first tenth to the end. @throws before the end */
  rate(): number;
}

const WARM_PART = 0.1;

interface Mark {
  readonly done: number;
  readonly ms: number;
}

export function stopwatch(total: number, now: () => number = () => performance.now()): Stopwatch {
  let warm: Mark | null = null;
  let end: Mark | null = null;
  return {
    at: (done) => {
      if (end !== null || done < total * WARM_PART) return;
      const mark = { done, ms: now() };
      if (done >= total) end = mark;
      else warm ??= mark;
    },
    rate: () => {
      if (end === null) throw new Error('the work has not ended');
      if (warm === null) throw new Error('all of the work was done at once: too little of it to measure');
      return ((end.done - warm.done) * 1000) / (end.ms - warm.ms);
    },
  };
}

/** Looking costs the machine something, too. */
const LOOK_EVERY_MS = 25;

/** Asks again and again how much is done. @throws when nothing moves for so long that nothing will */
export async function watched(
  total: number,
  done: () => Promise<number>,
  { what, patienceMs = 30_000 }: { readonly what: string; readonly patienceMs?: number },
): Promise<number> {
  const watch = stopwatch(total);
  let last = -1;
  let movedAt = performance.now();
  for (;;) {
    const seen = await done();
    watch.at(seen);
    if (seen >= total) return watch.rate();
    if (seen !== last) movedAt = performance.now();
    else if (performance.now() - movedAt > patienceMs) {
      throw new Error(`${what}: nothing moved for ${patienceMs / 1000} s, ${seen} of ${total} done`);
    }
    last = seen;
    await sleep(LOOK_EVERY_MS);
  }
}
