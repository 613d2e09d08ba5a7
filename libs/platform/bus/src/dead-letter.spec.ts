import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutgoingRecord } from './bus.ts';
import { deadLetterNotes, deadLetterOf, type DeadLetterSource, readDeadLetter } from './dead-letter.ts';

/** No cipher, but nothing of the input is in the output as it was. */
const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xa5));

const source = (record: Partial<DeadLetterSource['record']>): DeadLetterSource => ({
  topic: 'lethe.user-events',
  partition: 3,
  group: 'lethe-intake',
  reason: 'undecodable',
  attempts: 2,
  firstFailedAt: new Date('2026-01-02T03:04:05.678Z'),
  record: {
    offset: 12,
    key: 'k',
    value: Buffer.from('v'),
    headers: {},
    appendedAt: new Date('2026-01-02T00:00:00.000Z'),
    ...record,
  },
  seal: flip,
});

const everything = ({ topic, key, value, headers }: OutgoingRecord): string =>
  JSON.stringify({ topic, key, headers }) + (value?.toString('latin1') ?? '');

describe('dead letter', () => {
  it('gives back whatever was sealed', () => {
    const seed = 20261122;
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const header = fc.tuple(fc.string(), fc.string({ unit: 'binary' })).filter(([text]) => text !== '__proto__');
    const record = fc.record({
      key: fc.option(fc.string({ unit: 'grapheme' })),
      value: fc.option(bytes),
      headers: fc.array(header).map((entries) => Object.fromEntries(entries)),
    });
    fc.assert(
      fc.property(record, (written) => {
        const letter = deadLetterOf(source(written));
        const read = readDeadLetter(letter, flip);
        expect(read.record).toEqual(source(written).record);
        expect(read).toMatchObject({ topic: 'lethe.user-events', partition: 3, offset: 12, reason: 'undecodable' });
      }),
      { seed, verbose: true },
    );
  });

  it('shows nothing that the publisher wrote, neither key nor header nor value', () => {
    const mark = 'anna@example.com';
    const letter = deadLetterOf(
      source({ key: mark, value: Buffer.from(mark), headers: { ce_id: mark, ce_type: mark, [mark]: mark } }),
    );
    expect(everything(letter)).not.toContain('anna');
    expect(letter.key).toBeNull();
    expect(letter.topic).toBe('lethe.user-events.dead-letter');
  });

  it('says in clear where it came from and why', () => {
    expect(deadLetterNotes(deadLetterOf(source({})))).toEqual({
      topic: 'lethe.user-events',
      partition: 3,
      offset: 12,
      group: 'lethe-intake',
      reason: 'undecodable',
      attempts: 2,
      firstFailedAt: new Date('2026-01-02T03:04:05.678Z'),
      appendedAt: new Date('2026-01-02T00:00:00.000Z'),
    });
  });

  it.each(['anna@example.com', 'Two words', '', 'x'.repeat(65)])('refuses a reason that is no code: %j', (reason) => {
    expect(() => deadLetterOf({ ...source({}), reason })).toThrow(RangeError);
  });

  it('refuses what is not one of ours', () => {
    const letter = deadLetterOf(source({}));
    expect(() => readDeadLetter({ ...letter, headers: {} }, flip)).toThrow('lacks its header');
    expect(() => readDeadLetter({ ...letter, value: null }, flip)).toThrow('no value');
    expect(() => readDeadLetter({ ...letter, value: flip(Buffer.from([9])) }, flip)).toThrow('unknown format');
    expect(() => readDeadLetter({ ...letter, value: letter.value?.subarray(0, 7) ?? null }, flip)).toThrow('cut off');
  });
});
