import { describe, expect, it } from '@jest/globals';
import { encodeEvent, type UserEvent } from '@lethe/contracts';
import { lensOf } from './lens.ts';
import { seenBy } from './looking.ts';
import { catalog, keys, sought } from './sought.given.ts';

const seenIn = (value: string, text: string | Uint8Array): readonly string[] => {
  const lens = lensOf([sought(value, 'customer_id')], keys, catalog);
  return seenBy((report) => lens.bytes(typeof text === 'string' ? Buffer.from(text) : text, report)).map(
    ({ as }) => as,
  );
};

describe('a short value', () => {
  it.each([
    ['by itself', '15073'],
    ['as a JSON text', '{"customer":"15073"}'],
    ['as a JSON number under a name that is not ours', '{"customer":15073}'],
    ['in an address', 'customer-15073@example.com'],
    ['in a sentence', 'nothing for 15073.'],
    ['behind a line break of JSON', String.raw`"customer:\n15073"`],
    ['behind a line break of JSON in JSON', String.raw`"{\"c\":\"a\\n15073\"}"`],
    ['behind an escape of JSON', String.raw`"a\u000915073\u0041"`],
    ['behind a space in an address', '/find?for=customer%2015073'],
    ['behind a space that was escaped twice', '/find?for=customer%252015073'],
    ['in colours', '\u001b[31m15073\u001b[0m'],
    ['in colours, as JSON', String.raw`"\u001b[31m15073\u001b[0m"`],
    ['behind a line break of mail', 'a=0A15073'],
    ['behind its length, before a letter', '\u000515073B'],
  ])('is seen %s', (_, text) => {
    expect(seenIn('15073', text)).toEqual(['utf-8']);
  });

  it.each([
    ['a longer number', '9150739'],
    ['a longer word', 'x15073'],
    ['a word behind an escape', String.raw`\nx15073`],
    ['a UUID', '{"id":"15073aaa-0000-4000-8000-000000000000"}'],
    ['a place in a log', '"source":"lethe.case-events/3/15073@2026-11-23T01:00:00.000Z"'],
    ['a number of a log line', '{"level":"info","offset":15073,"pid":15073}'],
    ['hexadecimal digits', 'af15073bc0'],
  ])('is no occurrence inside %s', (_, text) => {
    expect(seenIn('15073', text)).toEqual([]);
  });

  it('that is a group of a UUID by chance is no occurrence there, and one beside it is', () => {
    const uuid = '0b5c8a1e-1507-4c1a-9a53-5d2f6f0f8f11';
    expect(seenIn('1507', uuid)).toEqual([]);
    expect(seenIn('1507', `${uuid} 1507`)).toEqual(['utf-8']);
  });

  it('that is a year stands not in every time', () => {
    expect(seenIn('2026', '{"at":"2026-11-23T01:00:00.000Z"}')).toEqual([]);
  });

  it('is seen in an event, whatever length stands behind it', () => {
    // The name of the next type is 24 characters long: its length reads as the digit 0.
    const event: UserEvent = {
      eventId: 'e',
      controller: 'shop',
      system: 'till',
      dataset: 'sales',
      operation: 'upsert',
      identities: [
        { type: 'customer_id', value: '15073' },
        { type: 'a-type-of-24-characters-', value: 'x' },
      ],
      occurredAt: new Date(0),
    };
    expect(seenIn('15073', encodeEvent('UserEvent', event))).toEqual(['utf-8']);
  });

  it('is seen in UTF-16, and not inside a longer number there', () => {
    expect(seenIn('15073', Buffer.from('"15073"', 'utf16le'))).toContain('utf-16le');
    expect(seenIn('15073', Buffer.from('9150739', 'utf16le'))).toEqual([]);
    expect(seenIn('15073', Buffer.from(String.raw`a\n15073`, 'utf16le'))).toContain('utf-16le');
    expect(seenIn('15073', Buffer.from('"15073"', 'utf16le').swap16())).toContain('utf-16be');
  });
});

describe('a long value', () => {
  it('is seen inside a longer word too, which is said', () => {
    expect(seenIn('ann.smith@example.com', 'joann.smith@example.com')).toEqual(['utf-8, inside a longer word']);
    expect(seenIn('ann.smith@example.com', '<ann.smith@example.com>')).toEqual(['utf-8']);
  });
});
