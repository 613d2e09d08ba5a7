import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lensOf } from './lens.ts';
import { seenBy } from './looking.ts';
import { catalog, formerKeys, keys, sought } from './sought.given.ts';
import { refOf, registerHash, registerNameOf, rewrapped } from '@lethe/identity';
import { soughtOf } from './sought.ts';

const seed = 7_732;

/** How others may have written a value. */
const encodings: Readonly<Record<string, (value: string) => Buffer>> = {
  'as it is': (value) => Buffer.from(value),
  'in upper case': (value) => Buffer.from(value.toUpperCase()),
  'in mixed case': (value) =>
    Buffer.from(value.replaceAll(/[a-z]/g, (letter, at) => (Number(at) % 2 === 0 ? letter.toUpperCase() : letter))),
  'as JSON': (value) => Buffer.from(JSON.stringify(value)),
  'as JSON in plain ASCII': (value) =>
    Buffer.from(
      JSON.stringify(value).replaceAll(
        /[^\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
      ),
    ),
  'in a path': (value) => Buffer.from(`/${encodeURIComponent(value)}/`),
  'in a form': (value) => Buffer.from(new URLSearchParams({ value }).toString()),
  'in hexadecimal digits': (value) => Buffer.from(Buffer.from(value).toString('hex')),
  'in hexadecimal capitals': (value) => Buffer.from(Buffer.from(value).toString('hex').toUpperCase()),
  'in base64': (value) => Buffer.from(Buffer.from(value).toString('base64')),
  'in base64, behind one byte': (value) => Buffer.from(Buffer.from(`<${value}>`).toString('base64')),
  'in base64url, behind two bytes': (value) => Buffer.from(Buffer.from(`<<${value}>>`).toString('base64url')),
  'in UTF-16, little end first': (value) => Buffer.from(value, 'utf16le'),
  'in UTF-16, big end first': (value) => Buffer.from(value, 'utf16le').swap16(),
  'in an address within an address': (value) => Buffer.from(encodeURIComponent(encodeURIComponent(value))),
  'as JSON in JSON': (value) => Buffer.from(JSON.stringify(JSON.stringify(value))),
  'in HTML, by numbers': (value) =>
    Buffer.from(value.replaceAll(/[^a-z0-9]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`)),
  'in HTML, by names': (value) => Buffer.from(value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')),
  'in mail': (value) =>
    Buffer.from(
      value.replaceAll(/[^a-z0-9]/gu, (character) =>
        Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '=$&'),
      ),
    ),
  decomposed: (value) => Buffer.from(value.normalize('NFD')),
};

/** Long enough not to be met by chance, with characters that encodings treat differently. */
const aValue = fc
  .stringMatching(/^[a-z0-9@._+ äßé/"&%ł-]{14,40}$/)
  .map((text) => text.normalize('NFC').trim())
  .filter((text) => text.length >= 12 && !/^0+$/.test(text));

const noise = fc.uint8Array({ maxLength: 80 });

describe(`an identifier in clear (seed ${seed})`, () => {
  for (const [how, encode] of Object.entries(encodings)) {
    it(`is found ${how}, wherever it stands in any bytes`, () => {
      fc.assert(
        fc.property(aValue, noise, noise, (value, before, behind) => {
          const lens = lensOf([sought(value)], keys, catalog);
          const bytes = Buffer.concat([before, encode(value), behind]);
          const seen = seenBy((report) => lens.bytes(bytes, report));
          expect(seen.map(({ form }) => form)).toContain('clear');
          expect(seen.every(({ sought: { number } }) => number === 1)).toBe(true);
        }),
        { seed, numRuns: 40 },
      );
    });
  }

  it('is not seen in what others are called, nor in any bytes', () => {
    fc.assert(
      fc.property(aValue, aValue, fc.uint8Array({ maxLength: 2_000 }), (value, other, bytes) => {
        fc.pre(!other.toLowerCase().includes(value.toLowerCase()));
        const lens = lensOf([sought(value)], keys, catalog);
        for (const encode of Object.values(encodings)) {
          expect(seenBy((report) => lens.bytes(encode(other), report))).toEqual([]);
        }
        expect(seenBy((report) => lens.bytes(bytes, report))).toEqual([]);
      }),
      { seed, numRuns: 40 },
    );
  });

  it('is found as it was typed and as it is normalised', () => {
    const lens = lensOf([sought('Jane.Doe@Example.COM', 'email')], keys, catalog);
    for (const text of ['Jane.Doe@Example.COM', 'jane.doe@example.com', 'JANE.DOE@EXAMPLE.COM'])
      expect(seenBy((report) => lens.bytes(Buffer.from(text), report))).not.toEqual([]);
  });

  it('of under four characters is not looked for: it stands everywhere by chance', () => {
    const short = sought('abc');
    const lens = lensOf([short], keys, catalog);
    expect(seenBy((report) => lens.bytes(Buffer.from('abc'), report))).toEqual([]);
    for (const ref of short.refs)
      expect(seenBy((report) => lens.bytes(Buffer.from(ref), report))).toMatchObject([{ form: 'ref' }]);
  });
});

describe('a name of an identifier', () => {
  const value = 'somebody@example.com';
  const lens = lensOf([sought(value, 'email')], keys, catalog);
  const formsIn = (text: string) => seenBy((report) => lens.bytes(Buffer.from(text), report)).map(({ form }) => form);

  it('is found under every pepper', () => {
    for (const pepper of keys.peppers.byId.values())
      expect(formsIn(`|${refOf(pepper, 'shop', 'email', value)}|`)).toEqual(['ref']);
  });

  it('is found in the register under every key, also where it was moved on to a newer one', () => {
    for (const pepper of keys.peppers.byId.values()) {
      const ref = refOf(pepper, 'shop', 'email', value);
      for (const key of keys.register.byId.values()) expect(formsIn(registerHash(key, ref))).toEqual(['register hash']);
      const moved = rewrapped(keys.register, registerNameOf(formerKeys.register, ref));
      expect(formsIn(`${moved?.hash}|0b5c8a1e`)).toEqual(['register hash']);
    }
  });

  it('is another one of another controller, type or value', () => {
    const { active } = keys.peppers;
    expect(formsIn(refOf(active, 'depot', 'email', value))).toEqual([]);
    expect(formsIn(refOf(active, 'shop', 'name', value))).toEqual([]);
    expect(formsIn(refOf(active, 'shop', 'email', 'someone@example.com'))).toEqual([]);
  });
});

describe('a digest that everyone can make', () => {
  it.each(['sha256', 'sha1', 'md5'])('is found: %s', (algorithm) => {
    const value = 'somebody@example.com';
    const lens = lensOf([sought(value, 'email')], keys, catalog);
    const hash = createHash(algorithm).update(value).digest();
    for (const bytes of [
      hash,
      ...(['hex', 'base64', 'base64url'] as const).map((as) => Buffer.from(hash.toString(as))),
    ])
      expect(seenBy((report) => lens.bytes(bytes, report))[0]).toMatchObject({ form: 'digest', as: algorithm });
  });
});

describe('what cannot be looked for', () => {
  const wrong = (controller: string, type: string, value: string): string => {
    try {
      soughtOf(catalog, keys, controller, [{ type, value }]);
    } catch (error) {
      return String(error);
    }
    return 'taken';
  };

  it('is told without repeating it', () => {
    expect(wrong('other', 'email', 'canary@example.com')).toMatch(/none of the catalog's: shop, depot/);
    expect(wrong('shop', 'canary', 'x')).toMatch(/identifier 1 has no type of the catalog/);
    expect(wrong('shop', 'email', 'canary')).toMatch(/not_an_email/);
    expect(wrong('shop', 'name', 'till')).toMatch(/names nobody/);
    const everybody = Array.from({ length: 51 }, () => ({ type: 'name', value: 'x y z' }));
    expect(() => soughtOf(catalog, keys, 'shop', everybody)).toThrow(/at most 50 identifiers/);
    for (const told of [wrong('shop', 'canary', 'x'), wrong('shop', 'email', 'canary')])
      expect(told).not.toContain('canary');
  });
});
