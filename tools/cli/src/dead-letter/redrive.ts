/** Publishes dead letters' records again where they came from, some at a time, each time together with the facts of it. */
import type { OutgoingRecord } from '@lethe/bus';
import type { Accountable } from '../accountable.ts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { OperatorFact } from '../operator-log.ts';
import { addressText, REDRIVEN_FROM, sourceOf } from './address.ts';
import type { Letter } from './letters.ts';
import { type Opened, opened, type Opener } from './open-letter.ts';
import type { Redriven } from './redriven.ts';
import { NotPublished, type Together } from './together.ts';

export interface Redriving {
  readonly letters: AsyncIterable<Letter> | Iterable<Letter>;
  readonly topics: readonly string[];
  readonly open: Opener;
  readonly redriven: Redriven;
  readonly again: boolean;
  /** One letter was named: what cannot be redriven is an error, not a count. */
  readonly single: boolean;
  readonly who: Accountable;
  readonly publisher: Together;
  /** Ends it between two batches. */
  readonly interrupted: AbortSignal;
}

export interface Tally {
  readonly redriven: number;
  readonly notRedriven: {
    readonly already: number;
    readonly truncated: number;
    readonly keyGone: number;
    readonly notOurs: number;
  };
}

type Passed = keyof Tally['notRedriven'];

const AT_ONCE = 200;
const BYTES_AT_ONCE = 4_000_000;

/** @throws CommandError for what cannot be redriven, if `single` */
export const redrive = async (given: Redriving): Promise<Tally> => {
  const { letters, who, publisher, interrupted } = given;
  const passed = { already: 0, truncated: 0, keyGone: 0, notOurs: 0 };
  let redriven = 0;
  let batch: { readonly letter: Letter; readonly record: OutgoingRecord }[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    try {
      await publisher.publish(
        batch.map(({ letter, record }) => factOf(letter, record.topic, who)),
        batch.map(({ record }) => record),
      );
    } catch (error) {
      if (!(error instanceof NotPublished)) throw error;
      throw unfinished(
        redriven,
        batch.map(({ letter }) => addressText(letter.address)),
        error,
      );
    }
    redriven += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const letter of letters) {
    if (interrupted.aborted) break;
    const record = recordOf(letter, given);
    if (typeof record === 'string') {
      passed[record] += 1;
      continue;
    }
    batch.push({ letter, record });
    bytes += record.value?.length ?? 0;
    if (batch.length >= AT_ONCE || bytes >= BYTES_AT_ONCE) await flush();
  }
  await flush();
  return { redriven, notRedriven: passed };
};

const recordOf = (letter: Letter, given: Redriving): OutgoingRecord | Passed => {
  const { open, redriven, again, single, topics } = given;
  if (!again && redriven(letter) !== null) return 'already';
  const topic = sourceOf(letter.address.topic);
  if (!topics.includes(topic)) throw refused(`${topic}, where this letter came from, is not there any more`);
  if (letter.truncatedFrom !== null) {
    if (!single) return 'truncated';
    throw refused(
      `this letter holds only the beginning of a record of ${letter.truncatedFrom} bytes: it cannot be redriven`,
      'Ask who published it to publish it again',
    );
  }
  const record = single ? opened(open, letter).record : quietly(letter, open);
  if (typeof record === 'string') return record;
  const headers = { ...record.headers, [REDRIVEN_FROM]: addressText(letter.address) };
  return { topic, key: record.key, value: record.value, headers };
};

const quietly = (letter: Letter, open: Opener) => {
  const found: Opened | null = letter.notes === null ? null : open(letter);
  if (found === null || (found.kind === 'closed' && found.why !== 'unknown_key')) return 'notOurs';
  return found.kind === 'closed' ? 'keyGone' : found.letter.record;
};

const factOf = ({ address }: Letter, to: string, { actor, reason }: Accountable): OperatorFact => ({
  event: 'DeadLetterRedriven',
  actor,
  ...address,
  to,
  reason,
  redrivenAt: new Date(),
});

/** What was published before stays; of these everything is there, facts and records, or nothing. */
const unfinished = (redriven: number, addresses: readonly string[], error: NotPublished): CommandError => {
  const which = `the next ${addresses.length} (${addresses[0] ?? ''} to ${addresses.at(-1) ?? ''})`;
  const became = {
    nothing: `${redriven} were redriven, ${which} were not: ${error.message}`,
    unknown: `${redriven} were redriven, ${which} all or none: ${error.message}`,
    fenced: `${redriven} were redriven, ${which} all or none: another redrive of this deployment was started meanwhile`,
  } as const;
  const again = 'Give the same command again: what was redriven is passed over';
  const remedy =
    error.arrived === 'nothing' ? `${again}. What Kafka refuses is found letter by letter, by address` : again;
  return new CommandError(exitCodes.unreachable, became[error.arrived], remedy, { cause: error });
};

const refused = (message: string, remedy: string | null = null): CommandError =>
  new CommandError(exitCodes.refused, message, remedy);
