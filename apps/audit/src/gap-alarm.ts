/** A fact that was published and never heard is an alarm until it is heard: counted when found, logged, and shown. */
import type { ServiceHandle, Task } from '@lethe/service';
import { casesWithGaps } from './metrics.ts';
import { cases } from './store/cases.ts';

const LOOK_EVERY_MS = 10_000;
const MOST_CASES = 100;

/** Logs each case once per process and count of missing facts: a restart says it again, because it is still true. */
export function gapAlarm({ store, logger, metrics }: Pick<ServiceHandle, 'store' | 'logger' | 'metrics'>): Task {
  const told = new Map<string, number>();
  return {
    name: 'gap-alarm',
    everyMs: LOOK_EVERY_MS,
    step: async () => {
      const found = await cases.withGaps(store, MOST_CASES);
      metrics.set(casesWithGaps, found.length);
      const now = new Map(found.map(({ id, missing }) => [id, missing]));
      for (const id of told.keys()) if (!now.has(id)) told.delete(id);
      for (const [id, missing] of now) {
        if (told.get(id) === missing) continue;
        logger.error({ case: id, missing }, 'facts of a case never reached the log: see /v1/cases/<id>/entries');
        told.set(id, missing);
      }
      return false;
    },
  };
}
