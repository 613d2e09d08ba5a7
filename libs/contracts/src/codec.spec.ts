import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyEvent } from './any-event.arbitrary.ts';
import { decodeEvent, encodeEvent, publishedSchema } from './codec.ts';
import { ContractError } from './errors.ts';
import { eventNames } from './generated/events.ts';
import type { Events, UserEvent } from './generated/events.ts';

const seed = 20_261_122;
const secret = 'marked-identifier-7f3a';
const userEvent: UserEvent = {
  eventId: 'e-1',
  controller: 'shop',
  system: 'sales',
  dataset: 'lines',
  operation: 'upsert',
  identities: [{ type: 'customer_id', value: secret }],
  occurredAt: new Date('2011-12-09T12:50:00Z'),
};

/** What it throws, which must be ours. */
function refusal(act: () => unknown): ContractError {
  try {
    act();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('encoding', () => {
  it.each(eventNames)('%s comes back as it was', (name) => {
    fc.assert(
      fc.property(anyEvent(name), (event) => {
        const decoded = decodeEvent(encodeEvent(name, event as never));
        expect(decoded.name).toBe(name);
        expect(decoded.event).toEqual(event);
        expect(decoded.fingerprint).toBe(publishedSchema(name).fingerprint);
      }),
      { seed, numRuns: 60 },
    );
  });

  it('stands in single-object encoding', () => {
    const value = encodeEvent('UserEvent', userEvent);
    const { fingerprint } = publishedSchema('UserEvent');
    expect(value.toString('hex', 0, 2)).toBe('c301');
    expect(value.readBigUInt64LE(2).toString(16).padStart(16, '0')).toBe(fingerprint);
  });

  it('holds events that are larger than any before', () => {
    const identities = Array.from({ length: 40_000 }, (_, index) => ({ type: 'customer_id', value: String(index) }));
    expect(decodeEvent(encodeEvent('UserEvent', { ...userEvent, identities })).event).toEqual({
      ...userEvent,
      identities,
    });
  });

  it('takes any Uint8Array for bytes, and any Uint8Array to decode', () => {
    const backing = new Uint8Array([9, 9, 1, 2, 3, 9]);
    const sealed = { keyId: 'k1', nonce: backing.subarray(2, 5), ciphertext: new Uint8Array([4]) };
    const located: Events['SubjectLocated'] = {
      requestId: 'r',
      increment: 1,
      identifiers: [{ type: 'email', ref: 'p1.x', sealed }],
      footprints: [],
      complete: false,
      locatedAt: new Date(0),
    };
    const decoded = decodeEvent(new Uint8Array(encodeEvent('SubjectLocated', located)));
    expect(decoded.name === 'SubjectLocated' && [...(decoded.event.identifiers[0]?.sealed.nonce ?? [])]).toEqual([
      1, 2, 3,
    ]);
  });

  it.each<[string, Partial<Record<keyof UserEvent, unknown>>]>([
    ['.operation', { operation: 'unspecified' }],
    ['.operation', { operation: 'toString' }],
    ['.operation', { operation: undefined }],
    ['.occurredAt', { occurredAt: new Date(Number.NaN) }],
    ['.occurredAt', { occurredAt: new Date(2 ** 52) }],
    ['.occurredAt', { occurredAt: new Date(-8.64e15) }],
    ['.occurredAt', { occurredAt: 1_323_435_000_000 }],
    ['.system', { system: undefined }],
    ['.system', { system: null }],
    ['.identities', { identities: { type: 'customer_id', value: secret } }],
    ['.identities[0].value', { identities: [{ type: 'customer_id', value: 15_073 }] }],
    [
      '.identities[1].value',
      { identities: [...userEvent.identities, { type: 'customer_id', value: `${secret}\ud800` }] },
    ],
  ])('refuses a bad %s by its path: %j', (path, change) => {
    const error = refusal(() => encodeEvent('UserEvent', { ...userEvent, ...change } as UserEvent));
    expect(error.code).toBe('not_encodable');
    expect(error.message).toBe(`UserEvent${path} does not fit its schema`);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  });

  it('holds callers to the types', () => {
    // @ts-expect-error an event under another event's name
    expect(() => encodeEvent('CaseOpened', userEvent)).toThrow(ContractError);
    // @ts-expect-error a symbol that the contracts do not know
    expect(() => encodeEvent('UserEvent', { ...userEvent, operation: 'truncate' })).toThrow(ContractError);
  });
});

describe('decoding', () => {
  const value = encodeEvent('UserEvent', userEvent);

  it('refuses what is cut short anywhere', () => {
    for (let length = 0; length < value.length; length += 1) {
      expect(refusal(() => decodeEvent(value.subarray(0, length))).code).toBe('undecodable');
    }
  });

  it('refuses bytes behind the event', () => {
    expect(refusal(() => decodeEvent(Buffer.concat([value, Buffer.from([0])]))).code).toBe('undecodable');
  });

  it('names an unknown fingerprint', () => {
    const unknown = Buffer.from(value);
    unknown.writeBigUInt64LE(0x0123456789abcdefn, 2);
    const error = refusal(() => decodeEvent(unknown));
    expect(error).toMatchObject({ code: 'unknown_fingerprint', fingerprint: '0123456789abcdef' });
  });

  it('refuses a time that would come back as another (avsc: year -140744 came back as 144683)', () => {
    const body = value.subarray(0, value.length - 6);
    expect(Buffer.concat([body, varint(userEvent.occurredAt.getTime())])).toEqual(value);
    for (const millis of [2 ** 52, -(2 ** 52) - 1, 8.64e15, 2 ** 62, -(2 ** 63)]) {
      expect(refusal(() => decodeEvent(Buffer.concat([body, varint(millis)]))).code).toBe('undecodable');
    }
  });

  it.each([2 ** 52 - 1, -(2 ** 52), 0, -1, 253_402_300_799_999, -62_135_596_800_000])('holds the time %d', (millis) => {
    const occurredAt = new Date(millis);
    const event = { ...userEvent, occurredAt };
    expect(decodeEvent(encodeEvent('UserEvent', event)).event).toEqual(event);
  });

  it('refuses strings that are no UTF-8: replacement characters would make two identifiers one', () => {
    const at = value.indexOf(secret);
    for (const broken of [0xff, 0xc3, 0x80]) {
      const bytes = Buffer.from(value);
      bytes[at] = broken;
      expect(refusal(() => decodeEvent(bytes)).code).toBe('undecodable');
    }
  });

  it('is not kept busy by an array that claims more than there is', () => {
    const empty = encodeEvent('UserEvent', { ...userEvent, identities: [] });
    const beforeCount = empty.length - 7;
    expect(empty[beforeCount]).toBe(0);
    for (const count of [1, 2, 1_000, 2 ** 25, 2 ** 32 - 2, 2 ** 40, -1, -(2 ** 30)]) {
      const bomb = Buffer.concat([empty.subarray(0, beforeCount), varint(count)]);
      expect(refusal(() => decodeEvent(bomb)).code).toBe('undecodable');
    }
  });

  it('answers any change of any byte with an event or a refusal of ours', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(value.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.uint8Array({ maxLength: 12 }),
        (changes, tail) => {
          const bytes = Buffer.concat([value, tail]);
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            decodeEvent(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ContractError);
            expect(String(error)).not.toContain(secret);
          }
        },
      ),
      { seed, numRuns: 3_000 },
    );
  });
});

/** Avro's zigzag encoding, written independently of what is tested. */
function varint(number: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(number) << 1n) ^ (BigInt(number) >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
