import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Needle, scannerOf } from './scanner.ts';

const seed = 7_731;

const found = (needles: readonly Needle[], bytes: Uint8Array): readonly string[] => {
  const hits: string[] = [];
  scannerOf(needles)(bytes, (needle, at) => hits.push(`${needles.indexOf(needle)}@${at}`));
  return hits.sort();
};

const naive = (needles: readonly Needle[], bytes: Uint8Array): readonly string[] => {
  const spelled = (part: Uint8Array, anyCase: boolean): string => {
    const text = Buffer.from(part).toString('latin1');
    return anyCase ? text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
  };
  const hits: string[] = [];
  for (const [index, { bytes: wanted, anyCase }] of needles.entries())
    for (let at = 0; at + wanted.length <= bytes.length; at++)
      if (spelled(bytes.subarray(at, at + wanted.length), anyCase) === spelled(wanted, anyCase))
        hits.push(`${index}@${at}`);
  return hits.sort();
};

/** Few different bytes, so that needles are met, overlap, and begin like each other. */
const aByte = fc.constantFrom(0x61, 0x41, 0x62, 0x42, 0x30, 0x00, 0xe1, 0xc1);
const someBytes = (minLength: number, maxLength: number) =>
  fc.array(aByte, { minLength, maxLength }).map((bytes) => Uint8Array.from(bytes));
const aNeedle = fc.record({ bytes: someBytes(2, 6), anyCase: fc.boolean() });

describe(`the scanner (seed ${seed})`, () => {
  it('finds what comparing at every position finds', () => {
    fc.assert(
      fc.property(fc.array(aNeedle, { minLength: 1, maxLength: 8 }), someBytes(0, 300), (needles, bytes) => {
        expect(found(needles, bytes)).toEqual(naive(needles, bytes));
      }),
      { seed, numRuns: 500 },
    );
  });

  it('finds a needle at the very beginning and the very end, and one that is longer than the rest does no harm', () => {
    const needles = ['ab', 'abcdefgh'].map((text) => ({ bytes: Buffer.from(text), anyCase: false }));
    expect(found(needles, Buffer.from('ab--ab'))).toEqual(['0@0', '0@4']);
    expect(found(needles, Buffer.from('a'))).toEqual([]);
    expect(found(needles, Buffer.alloc(0))).toEqual([]);
  });

  it('finds long needles, whose window steps over more than a byte can count', () => {
    const bytes = Buffer.from('x'.repeat(700));
    const text = Buffer.concat([Buffer.alloc(1_000), bytes, Buffer.alloc(9)]);
    expect(found([{ bytes, anyCase: true }], text)).toEqual(['0@1000']);
  });

  it('looks for nothing when it is given nothing, and refuses what would be everywhere', () => {
    expect(found([], Buffer.from('abc'))).toEqual([]);
    expect(() => scannerOf([{ bytes: Buffer.from('a'), anyCase: false }])).toThrow(RangeError);
  });
});
