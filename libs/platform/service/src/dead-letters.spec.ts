import { describe, expect, it } from '@jest/globals';
import { readDeadLetter } from '@lethe/bus';
import { deadLetterEntry, deadLettersIn, type GivenUp, TRUNCATED_FROM } from './dead-letters.ts';

const at = new Date('2026-03-01T12:00:00Z');
const seal = (raw: Buffer): Buffer => Buffer.from(raw.map((byte) => byte ^ 0x5a));
const given = (
  value: Buffer | null,
  headers: Readonly<Record<string, string>> = {},
  reason = 'undecodable',
): GivenUp => ({
  topic: 'test.user-events',
  partition: 2,
  record: { offset: 7, key: 'marked@example.com', value, headers, appendedAt: at },
  group: 'test-intake',
  reason,
  attempts: 1,
  firstFailedAt: at,
  seal,
});
const entryOf = (up: GivenUp) => deadLetterEntry(up, () => 'id-1');

describe('a dead letter', () => {
  it('holds the record, sealed', () => {
    const entry = entryOf(given(Buffer.from('marked@example.com'), { 'x-user': 'marked' }));
    expect(JSON.stringify({ ...entry, value: entry.value?.toString('latin1') })).not.toContain('marked');
    const read = readDeadLetter({ headers: entry.headers ?? {}, value: entry.value }, seal);
    expect(read.record).toEqual(given(Buffer.from('marked@example.com'), { 'x-user': 'marked' }).record);
    expect(entry).toMatchObject({ name: null, opens: null, key: null, topic: 'test.user-events.dead-letter' });
  });

  it.each([
    ['a value', given(Buffer.alloc(5_000_000, 1))],
    ['headers', given(Buffer.alloc(10, 1), { large: '\u0000'.repeat(200_000) })],
  ])('is never larger than what a broker takes: %s', (_what, up) => {
    const entry = entryOf(up);
    expect(entry.value?.length).toBeLessThanOrEqual(1_000_000);
    expect(entry.headers?.[TRUNCATED_FROM]).toBe(String(up.record.value?.length));
    const { record } = readDeadLetter({ headers: entry.headers ?? {}, value: entry.value }, seal);
    expect(up.record.value?.subarray(0, record.value?.length)).toEqual(record.value);
  });

  it('names no reason that is no code: it may quote the message', () => {
    expect(deadLettersIn([entryOf(given(null, {}, 'No user Marked'))])).toEqual([
      { topic: 'test.user-events', reason: 'unknown_error' },
    ]);
  });

  it('is counted by topic and reason, and nothing else is', () => {
    const event = { topic: 't', key: null, id: '1', name: 'CaseOpened', headers: null, value: null, opens: null };
    expect(deadLettersIn([event, entryOf(given(null))])).toEqual([
      { topic: 'test.user-events', reason: 'undecodable' },
    ]);
  });
});
