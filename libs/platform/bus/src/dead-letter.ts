/**
 * What becomes of a record that can never be handled: its raw bytes, sealed, beside its topic, with the reason and
 * the place in clear. Nothing of the record itself stands in a header: a hostile publisher may put a person into any
 * of its own, so key and headers are sealed with the value.
 */
import type { BusRecord, OutgoingRecord, RecordHeaders, TopicPartition } from './bus.ts';

export interface DeadLetterOrder extends TopicPartition {
  readonly record: BusRecord;
  /** Who gave it up. */
  readonly group: string;
  /** A code, never free text. */
  readonly reason: string;
  readonly seal: (raw: Buffer) => Buffer;
}

export interface DeadLetter extends TopicPartition {
  readonly offset: number;
  readonly group: string;
  readonly reason: string;
  /** What the record was; null key and value as they came. */
  readonly record: { readonly key: string | null; readonly value: Buffer | null; readonly headers: RecordHeaders };
}

const header = {
  reason: 'lethe-reason',
  topic: 'lethe-topic',
  partition: 'lethe-partition',
  offset: 'lethe-offset',
  group: 'lethe-group',
} as const;

const SUFFIX = '.dead-letter';
const LENGTH_BYTES = 4;

export function deadLetterOf({ record, topic, partition, group, reason, seal }: DeadLetterOrder): OutgoingRecord {
  return {
    topic: `${topic}${SUFFIX}`,
    key: null,
    value: seal(packed(record)),
    headers: {
      [header.reason]: reason,
      [header.topic]: topic,
      [header.partition]: String(partition),
      [header.offset]: String(record.offset),
      [header.group]: group,
    },
  };
}

/** The inverse, for those who may open it. @throws what `open` throws; RangeError when it is no dead letter */
export function readDeadLetter(
  letter: Pick<BusRecord, 'value' | 'headers'>,
  open: (box: Buffer) => Buffer,
): DeadLetter {
  const { headers, value } = letter;
  const [reason, topic, partition, offset, group] = Object.values(header).map((name) => headers[name]);
  if (value === null || reason === undefined || topic === undefined || group === undefined) {
    throw new RangeError('this record is no dead letter');
  }
  return { reason, topic, group, partition: Number(partition), offset: Number(offset), record: unpacked(open(value)) };
}

/** Length of the head, head as JSON, value as it is. */
function packed({ key, value, headers }: BusRecord): Buffer {
  const head = Buffer.from(JSON.stringify({ key, headers, empty: value === null }), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, value ?? Buffer.alloc(0)]);
}

function unpacked(raw: Buffer): DeadLetter['record'] {
  const end = LENGTH_BYTES + raw.readUInt32BE(0);
  const head: unknown = JSON.parse(raw.subarray(LENGTH_BYTES, end).toString('utf8'));
  const { key, headers, empty } = head as { key: string | null; headers: RecordHeaders; empty: boolean };
  return { key, headers, value: empty ? null : raw.subarray(end) };
}
