/** Series that are worth having before anything is counted: an increase from nothing to one is seen by no `rate`. */
import type { Metrics } from './metrics.ts';
import { batchesRetried, deadLetters, messagesHandled } from './platform-metrics.ts';

/** Of any message that anyone may send. Other reasons begin when they are first met. */
const REASONS = ['undecodable', 'unknown_fingerprint', 'unexpected_event', 'unknown_error'];

export function tellZeros(metrics: Pick<Metrics, 'count'>, topics: readonly string[]): void {
  for (const topic of topics) {
    metrics.count(messagesHandled, 0, { topic });
    metrics.count(batchesRetried, 0, { topic });
    for (const reason of REASONS) metrics.count(deadLetters, 0, { topic, reason });
  }
}
