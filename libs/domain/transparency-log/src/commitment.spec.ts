import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { commitmentOf } from './commitment.ts';

const seed = 20_161_127;
const salt = Uint8Array.from({ length: 32 }, (_, index) => index);

describe('canonical JSON', () => {
  it('writes the example of RFC 8785, section 3.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by UTF-16 code units, as section 3.2.3 has it', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}');
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson({ count: Number.NaN })).toThrow('NaN');
    expect(() => canonicalJson(Number.POSITIVE_INFINITY)).toThrow('Infinity');
  });
});

describe('a commitment', () => {
  // printf of the 32 bytes 00..1f and the text, through sha256sum.
  it.each([
    ['{}', {}, '3beb4649fb0f3ba0e4d1db3befc0f9e6982d28cf69bc263851e1b7635a0c9f38'],
    [
      '{"a":1,"b":[true,null,"x"]}',
      { b: [true, null, 'x'], a: 1 },
      '5cb8470355a50fafefb00f111ef6beca3e7eac51ea61e0f526f44997b07731b5',
    ],
  ])('of %s is the known answer', (text, fact, known) => {
    expect(canonicalJson(fact)).toBe(text);
    expect(commitmentOf(salt, fact).toString('hex')).toBe(known);
  });

  it('refuses a salt of another length', () => {
    expect(() => commitmentOf(new Uint8Array(31), {})).toThrow('32 bytes');
  });

  it('depends on the salt and not on the order of names', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean())),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (fact, other) => {
          const turned = Object.fromEntries(Object.entries(fact).reverse());
          expect(commitmentOf(salt, turned)).toEqual(commitmentOf(salt, fact));
          fc.pre(!Buffer.from(other).equals(Buffer.from(salt)));
          expect(commitmentOf(other, fact)).not.toEqual(commitmentOf(salt, fact));
        },
      ),
      { seed },
    );
  });
});
