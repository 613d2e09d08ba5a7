import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalisers, type IdentityType, type Normaliser } from './identity-type.ts';
import { longestValue, normalise } from './normalise.ts';

const typeOf = (normaliser: Normaliser, blocked: readonly string[] = []): IdentityType => ({
  name: 'id',
  perSubject: 1,
  blocked,
  normaliser,
});
const ok = (value: string) => ({ kind: 'ok', value });
const invalid = (why: string) => ({ kind: 'invalid', why });

describe('normalise', () => {
  it.each<[Normaliser, string, string]>([
    ['exact', '  15073 \n', '15073'],
    ['exact', 'AbC', 'AbC'],
    ['exact', 'e\u0301', '\u00e9'],
    ['exact', '\ufeff7', '7'],
    ['lowercase', 'AbC', 'abc'],
    ['lowercase', 'İ', 'i̇'],
    ['email', ' Ada.Byron@Example.COM ', 'ada.byron@example.com'],
    ['email', 'MU\u0308LLER@example.com', 'm\u00fcller@example.com'],
    ['digits', '+44 (20) 7946-0958', '442079460958'],
    ['digits', '00123', '00123'],
  ])('%s: %j becomes %j', (normaliser, raw, value) => {
    expect(normalise(typeOf(normaliser), raw)).toEqual(ok(value));
  });

  it.each<[Normaliser, string, string]>([
    ['exact', '', 'empty'],
    ['exact', ' \t ', 'empty'],
    ['exact', 'a\u0000b', 'control_character'],
    ['exact', 'a\nb', 'control_character'],
    ['exact', 'a\u0085b', 'control_character'],
    ['exact', '\ud800', 'not_unicode'],
    ['exact', 'x'.repeat(longestValue + 1), 'too_long'],
    ['email', 'ada.example.com', 'not_an_email'],
    ['email', '@example.com', 'not_an_email'],
    ['email', 'a@b@c', 'not_an_email'],
    ['email', 'a b@example.com', 'not_an_email'],
    ['email', 'ada\u200b@example.com', 'not_an_email'],
    ['digits', '12a', 'not_digits'],
    ['digits', '-5', 'not_digits'],
    ['digits', '\u0661\u0662', 'not_digits'],
  ])('%s: %j is invalid: %s', (normaliser, raw, why) => {
    expect(normalise(typeOf(normaliser), raw)).toEqual(invalid(why));
  });

  it('never makes 15073.0, a number from a spreadsheet, the customer 150730', () => {
    expect(normalise(typeOf('digits'), '15073.0')).toEqual(invalid('not_digits'));
  });

  it('turns a 1 MB value away before it walks it', () => {
    expect(normalise(typeOf('exact'), 'x'.repeat(1_000_000))).toEqual(invalid('too_long'));
    expect(normalise(typeOf('exact'), ' '.repeat(1_000_000))).toEqual(invalid('too_long'));
  });

  it('measures the normalised value, which can be longer than the raw one', () => {
    // NFC writes U+0958 as two characters, for ever.
    expect(normalise(typeOf('exact'), '\u0958'.repeat(longestValue))).toEqual(invalid('too_long'));
  });

  it.each(
    normalisers.flatMap((normaliser) =>
      ['null', 'NULL', ' N/A ', '-1', '0', '0000', 'Anonymous'].map((raw) => [normaliser, raw] as const),
    ),
  )('%s: %j names nobody', (normaliser, raw) => {
    expect(normalise(typeOf(normaliser), raw)).toEqual({ kind: 'blocked' });
  });

  it('blocks the catalog’s values in the spelling of the catalog and in their normalised one', () => {
    const email = typeOf('email', [' NoReply@Example.com', 'none given']);
    expect(normalise(email, 'noreply@example.COM')).toEqual({ kind: 'blocked' });
    expect(normalise(email, 'none given')).toEqual({ kind: 'blocked' });
    expect(normalise(typeOf('digits', ['99-999']), '99999')).toEqual({ kind: 'blocked' });
    expect(normalise(typeOf('exact', ['Cash']), 'cash')).toEqual(ok('cash'));
  });

  it('blocks what only the fold makes zeros', () => {
    expect(normalise(typeOf('digits'), '00-00')).toEqual({ kind: 'blocked' });
  });

  it('changes nothing the second time, and never yields a control character', () => {
    const raw = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.emailAddress(),
      fc.stringMatching(/^[+(]?[0-9][0-9 ()/-]{0,20}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...normalisers), raw, (normaliser, text) => {
        const type = typeOf(normaliser);
        const once = normalise(type, text);
        if (once.kind !== 'ok') return;
        expect(normalise(type, once.value)).toEqual(once);
        expect(once.value).not.toMatch(/\p{Cc}/u);
        expect(normalise(type, `  ${text}\n`)).toEqual(once);
      }),
    );
  });
});
