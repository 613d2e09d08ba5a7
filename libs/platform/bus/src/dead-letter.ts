/**
 * The dead letter of a record: where it came from and why it failed, in headers; everything that its publisher wrote,
 * sealed in the value. Nothing of the publisher's is copied in clear: a key, a header and even `ce_id` may hold an
 * identifier, put there by mistake or on purpose.
 */
import { deadLetterTopic } from '@lethe/contracts';
import type { BusRecord, OutgoingRecord, RecordHeaders, TopicPartition } from './bus.ts';

export interface DeadLetterSource extends TopicPartition {
  readonly record: BusRecord;
  /** The consumer group that could not handle it. */
  readonly group: string;
  /** A code of ours, lower_snake: never a message, which may quote the payload. */
  readonly reason: string;
  /** How often it was tried, the last time included. */
  readonly attempts: number;
  readonly firstFailedAt: Date;
  /** Seals bytes under a key that ends with the dead letter's retention. */
  seal(raw: Buffer): Buffer;
}

/** What an operator sees without opening it. */
export interface DeadLetterNotes extends TopicPartition {
  readonly offset: number;
  readonly group: string;
  readonly reason: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  /** The broker's time of the failed record. */
  readonly appendedAt: Date;
}

export interface DeadLetter extends DeadLetterNotes {
  /** As its publisher wrote it; `offset` and `appendedAt` are those of the source. */
  readonly record: BusRecord;
}

const name = {
  reason: 'lethe-reason',
  group: 'lethe-group',
  topic: 'lethe-source-topic',
  partition: 'lethe-source-partition',
  offset: 'lethe-source-offset',
  appendedAt: 'lethe-source-appended-at',
  attempts: 'lethe-attempts',
  firstFailedAt: 'lethe-first-failed-at',
} as const;

const REASON = /^[a-z][a-z0-9_]{0,63}$/;
const FORMAT = 1;

/** format byte, then three length-prefixed parts (uint32, all ones for null): key, value, headers as JSON. */
const pack = ({ key, value, headers }: BusRecord): Buffer => {
  const part = (bytes: Buffer | null): Buffer[] => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes === null ? 0xffffffff : bytes.length);
    return bytes === null ? [length] : [length, bytes];
  };
  return Buffer.concat([
    Buffer.from([FORMAT]),
    ...part(key === null ? null : Buffer.from(key)),
    ...part(value),
    ...part(Buffer.from(JSON.stringify(headers))),
  ]);
};

const unpack = (raw: Buffer): Pick<BusRecord, 'key' | 'value' | 'headers'> => {
  if (raw[0] !== FORMAT) throw new Error('the sealed part of a dead letter has an unknown format');
  let at = 1;
  const part = (): Buffer | null => {
    const length = at + 4 <= raw.length ? raw.readUInt32BE(at) : Infinity;
    at += 4;
    if (length === 0xffffffff) return null;
    if (at + length > raw.length) throw new Error('the sealed part of a dead letter is cut off');
    at += length;
    return raw.subarray(at - length, at);
  };
  const key = part();
  const value = part();
  return { key: key?.toString() ?? null, value, headers: headersOf(part()) };
};

const headersOf = (json: Buffer | null): RecordHeaders => {
  const parsed: unknown = JSON.parse(json?.toString() ?? '{}');
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(entries.map(([header, value]) => [header, String(value)]));
};

/** Throws a RangeError for a reason that is not a code: free text may name a person. */
export const deadLetterOf = (source: DeadLetterSource): OutgoingRecord => {
  const { record, topic, partition, group, reason, attempts, firstFailedAt } = source;
  if (!REASON.test(reason)) throw new RangeError('the reason of a dead letter is a lower_snake code');
  return {
    topic: deadLetterTopic(topic),
    key: null,
    value: source.seal(pack(record)),
    headers: {
      [name.reason]: reason,
      [name.group]: group,
      [name.topic]: topic,
      [name.partition]: String(partition),
      [name.offset]: String(record.offset),
      [name.appendedAt]: record.appendedAt.toISOString(),
      [name.attempts]: String(attempts),
      [name.firstFailedAt]: firstFailedAt.toISOString(),
    },
  };
};

const text = (headers: RecordHeaders, header: string): string => {
  const value = headers[header];
  if (value === undefined) throw new Error(`a dead letter lacks its header ${header}`);
  return value;
};

const integer = (headers: RecordHeaders, header: string): number => {
  const value = Number(text(headers, header));
  if (!Number.isSafeInteger(value)) throw new Error(`a dead letter's header ${header} is no integer`);
  return value;
};

const time = (headers: RecordHeaders, header: string): Date => {
  const value = new Date(text(headers, header));
  if (Number.isNaN(value.getTime())) throw new Error(`a dead letter's header ${header} is no time`);
  return value;
};

/** What the headers say; nothing is opened. Throws when it is not one of our dead letters. */
export const deadLetterNotes = ({ headers }: Pick<BusRecord, 'headers'>): DeadLetterNotes => ({
  topic: text(headers, name.topic),
  partition: integer(headers, name.partition),
  offset: integer(headers, name.offset),
  group: text(headers, name.group),
  reason: text(headers, name.reason),
  attempts: integer(headers, name.attempts),
  firstFailedAt: time(headers, name.firstFailedAt),
  appendedAt: time(headers, name.appendedAt),
});

/** The inverse of `deadLetterOf`. `open` undoes `seal` and throws when the key is gone. */
export const readDeadLetter = (
  letter: Pick<BusRecord, 'headers' | 'value'>,
  open: (sealed: Buffer) => Buffer,
): DeadLetter => {
  if (letter.value === null) throw new Error('a dead letter has no value');
  const notes = deadLetterNotes(letter);
  const { offset, appendedAt } = notes;
  return { ...notes, record: { offset, appendedAt, ...unpack(open(letter.value)) } };
};
