/** The log as a whole: how long it is, and the cases of which it lacks something. */
import type { Store } from '@lethe/store';
import { cases } from '../store/cases.ts';
import { log } from '../store/log.ts';

const mostCases = 100;

export async function showLog(store: Store) {
  const gaps = await cases.withGaps(store, mostCases);
  return { size: await log.show(store), casesWithGaps: gaps.map(({ id, missing }) => ({ case: id, missing })) };
}
