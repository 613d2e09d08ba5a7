/** Headers as one record has them. */
import type { RecordHeaders } from './bus.ts';

/** Of a repeated name the last one counts, as Kafka's own clients have it. `fromEntries`: a header may be called `__proto__`. */
export const recordHeaders = (entries: readonly (readonly [string, string])[]): RecordHeaders =>
  Object.fromEntries(entries);
