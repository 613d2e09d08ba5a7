import { describe, expect, it } from '@jest/globals';
import { encodeEvent, type UserEvent } from '@lethe/contracts';
import { lensOf } from './lens.ts';
import { seenBy } from './looking.ts';
import { catalog, keys, sought } from './sought.given.ts';

const event = (type: string, value: string): Buffer => {
  const told: UserEvent = {
    ...{ eventId: 'e', controller: 'shop', system: 'till', dataset: 'sales', operation: 'upsert' },
    identities: [{ type, value }],
    occurredAt: new Date(0),
  };
  return encodeEvent('UserEvent', told);
};
const seenIn = (type: string, value: string, bytes: Buffer): readonly string[] => {
  const lens = lensOf([sought(value, type)], keys, catalog);
  return seenBy((report) => lens.message(bytes, report)).map(({ form, as }) => `${form} ${as}`);
};

describe('an identifier that is spelled another way', () => {
  it.each(['+49 170 1234567', '+49 (170) 123-45-67', '49/170/1234567', '491701234567'])(
    'is the same number: %s',
    (spelled) => {
      for (const asked of ['+491701234567', '49 170 1234567']) {
        expect(seenIn('phone', asked, event('phone', spelled))).not.toEqual([]);
        expect(seenIn('phone', asked, Buffer.from(`{"call":"${spelled}"}`))).not.toEqual([]);
      }
    },
  );

  it('is found in an event where it is too short to be looked for between other bytes', () => {
    expect(seenIn('phone', '20261123', event('phone', '2026-11-23'))).toEqual(['clear utf-8, spelled another way']);
    expect(seenIn('phone', '20261123', Buffer.from('{"at":"2026-11-23T01:00:00"}'))).toEqual([]);
  });

  it('is found in an event in mixed case beyond ASCII', () => {
    expect(seenIn('email', 'äö.ü@example.com', event('email', 'Äö.Ü@Example.com'))).toEqual([
      'clear utf-8, spelled another way',
    ]);
    // The sign of the kelvin.
    expect(seenIn('email', 'kim@example.com', event('email', '\u212aim@example.com'))).toHaveLength(1);
  });

  it('is told where it stands inside a longer number, as it is dialled from abroad', () => {
    expect(seenIn('phone', '+491701234567', Buffer.from('0049 170 1234567'))).toEqual([
      'clear digits apart, inside a longer word',
    ]);
  });

  it('is no other number, and no other identity', () => {
    expect(seenIn('phone', '+491701234567', event('phone', '0170 1234567'))).toEqual([]);
    expect(seenIn('phone', '+491701234567', event('phone', '+49 170 1234568'))).toEqual([]);
    expect(seenIn('name', 'Ann Smith', event('name', 'ann  smith'))).toEqual([]);
  });
});
