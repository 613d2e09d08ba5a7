/** Dead letters as they lie on their topics; nothing is opened here. */
import { type Bus, type BusRecord, type DeadLetterNotes, deadLetterNotes } from '@lethe/bus';
import { TRUNCATED_FROM } from '@lethe/service/operating';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Address, sourceOf } from './address.ts';

export interface Letter {
  readonly address: Address;
  /** Null: the record is none of our dead letters, or says that it came from another topic than it lies beside. */
  readonly notes: DeadLetterNotes | null;
  /** How many bytes the value had; null unless the letter holds only the beginning of it. */
  readonly truncatedFrom: number | null;
  /** The broker's time of the letter itself. */
  readonly appendedAt: Date;
  /** The sealed part and its headers. */
  readonly record: BusRecord;
}

/** A reason that is no code was not written by us. */
const REASON = /^[a-z][a-z0-9_]{0,63}$/;

/** In the order of the topic, to its present end. */
export const lettersIn = async function* (bus: Bus, topic: string): AsyncGenerator<Letter> {
  for await (const record of bus.readAll(topic)) {
    const { partition, offset, appendedAt } = record;
    const truncated = Number(record.headers[TRUNCATED_FROM]);
    yield {
      address: { topic, partition, offset },
      notes: notesOf(record, sourceOf(topic)),
      truncatedFrom: Number.isSafeInteger(truncated) ? truncated : null,
      appendedAt,
      record,
    };
  }
};

/** @throws CommandError `found` when it is not there (any more) */
export const letterAt = async (bus: Bus, address: Address): Promise<Letter> => {
  for await (const letter of lettersIn(bus, address.topic)) {
    const { partition, offset } = letter.address;
    if (partition === address.partition && offset === address.offset) return letter;
  }
  throw new CommandError(
    exitCodes.found,
    'there is no such dead letter',
    'Dead letters go with their retention, 14 days; see: lethe dead-letter list --each',
  );
};

const notesOf = (record: BusRecord, source: string): DeadLetterNotes | null => {
  try {
    const notes = deadLetterNotes(record);
    return notes.topic === source && REASON.test(notes.reason) && record.value !== null ? notes : null;
  } catch {
    return null; // anybody who may write to the topic can put anything there
  }
};
