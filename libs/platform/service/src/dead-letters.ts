/** What cannot be handled, on its way through the outbox like everything else that is said. */
import { type BusRecord, deadLetterNotes, deadLetterOf } from '@lethe/bus';
import type { OutboxEntry } from './outbox.ts';

export interface GivenUp {
  readonly topic: string;
  readonly partition: number;
  readonly record: BusRecord;
  readonly group: string;
  /** What was wrong with it. One that is no code (it may quote the message) is told as `unknown_error`. */
  readonly reason: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  seal(raw: Buffer): Buffer;
}

/** What a broker takes by default, less our headers. */
const LARGEST_LETTER_BYTES = 1_000_000;
/** Of a record that is larger (batches travel compressed), the beginning shows what it was. */
const KEPT_BYTES = 100_000;
/** How many bytes the value had, on a letter that holds only the beginning of it: it cannot be redriven. */
export const TRUNCATED_FROM = 'lethe-truncated-from';

const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/** Always one that the broker takes: a letter that cannot be published would stop everything behind it. */
export function deadLetterEntry(given: GivenUp, newId: () => string): OutboxEntry {
  const reason = CODE.test(given.reason) ? given.reason : 'unknown_error';
  const letter = deadLetterOf({ ...given, reason });
  const common = { id: newId(), name: null, opens: null };
  if ((letter.value?.length ?? 0) <= LARGEST_LETTER_BYTES) return { ...letter, ...common };
  const { value } = given.record;
  const short = { ...given.record, key: null, headers: {}, value: value?.subarray(0, KEPT_BYTES) ?? null };
  const cut = deadLetterOf({ ...given, reason, record: short });
  return { ...cut, ...common, headers: { ...cut.headers, [TRUNCATED_FROM]: String(value?.length ?? 0) } };
}

/** Where dead letters among these entries came from, and why. */
export function deadLettersIn(
  entries: readonly OutboxEntry[],
): readonly { readonly topic: string; readonly reason: string }[] {
  return entries
    .filter(({ name }) => name === null)
    .map(({ headers }) => deadLetterNotes({ headers: headers ?? {} }))
    .map(({ topic, reason }) => ({ topic, reason }));
}
