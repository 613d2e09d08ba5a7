/** What one might misspell about a metric, and what the types say to it. Checked by tsc and, reason by reason, by the gate. */
import { counter, gauge, histogram } from './declare.ts';
import { createMetrics } from './metrics.ts';

const plain = counter('lethe_made_up_total', 'Without labels.');
const labelled = counter('lethe_made_up_by_topic_total', 'With labels.', ['topic', 'reason']);
const level = gauge('lethe_made_up_level', 'process', 'A level.');
const times = histogram('lethe_made_up_seconds', [1, 2], 'Times.', ['topic']);
const metrics = createMetrics('made-up', [plain, labelled, level, times]);

// What must compile.
export function good(): void {
  metrics.count(plain, 1);
  metrics.count(labelled, 1, { topic: 't', reason: 'r' });
  metrics.set(level, 1);
  metrics.observe(times, 1, { topic: 't' });
}

// @ts-expect-error TS2322: a metric is its declaration, not its name
export const named: typeof plain = 'lethe_made_up_total';

export function bad(): void {
  // @ts-expect-error TS2554: labels that it has are given
  metrics.count(labelled, 1);
  // @ts-expect-error TS2345: all of them
  metrics.count(labelled, 1, { topic: 't' });
  // @ts-expect-error TS2353: and no other
  metrics.count(labelled, 1, { topic: 't', reason: 'r', subject: 's' });
  // @ts-expect-error TS2554: one without labels has none
  metrics.count(plain, 1, { topic: 't' });
  // @ts-expect-error TS2345: a gauge is not counted
  metrics.count(level, 1);
  // @ts-expect-error TS2345: a counter is not set
  metrics.set(plain, 1);
  // @ts-expect-error TS2345: a counter is called ..._total
  counter('lethe_made_up', 'Misnamed.');
  // @ts-expect-error TS2345: and ours begin with lethe_
  gauge('made_up', 'process', 'Misnamed.');
}
