/** A task that looks at what is shared (a store, topics) for gauges: seldom enough to cost nothing, and honest when it is blind. */
import type { Gauge } from './declare.ts';
import type { Metrics } from './metrics.ts';

export interface LookingTask {
  readonly name: string;
  readonly everyMs: number;
  step(): Promise<boolean>;
}

const EVERY_MS = 5_000;
/** A look may take this part of the time at most: one that is slow is made less often. */
const PART_OF_TIME = 1 / 20;
/** But as often as this at least. */
export const SELDOM_MS = 60_000;
const TICK_MS = 500;

/** @param gauges told by this look alone: when it fails they are told no more, since what they said may not be so now */
export function looking(
  { metrics }: { readonly metrics: Pick<Metrics, 'replace'> },
  name: string,
  gauges: readonly Gauge<string>[],
  look: () => Promise<void>,
): LookingTask {
  let nextAt = -Infinity;
  return {
    name,
    everyMs: TICK_MS,
    step: async () => {
      const began = performance.now();
      if (began < nextAt) return false;
      nextAt = began + EVERY_MS;
      try {
        await look();
      } catch (error) {
        for (const gauge of gauges) metrics.replace(gauge, []);
        throw error;
      }
      const took = performance.now() - began;
      nextAt = began + Math.min(SELDOM_MS, Math.max(EVERY_MS, took / PART_OF_TIME));
      return false;
    },
  };
}
