import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { citationOrWithheld, codeOrWithheld, nameOrWithheld, withheld } from './code-text.ts';

const seed = 17_850;

describe('a text that may be a person’s', () => {
  it.each([
    ['tax_law', 'tax_law', 'tax_law', 'tax_law'],
    ['order-lines.v2', 'order-lines.v2', 'order-lines.v2', 'order-lines.v2'],
    ['t20260301.lethe.requests', 't20260301.lethe.requests', withheld, withheld],
    ['no_row_for_15073', 'no_row_for_15073', withheld, withheld],
    ['GDPR art. 17(3)(b)', withheld, withheld, 'GDPR art. 17(3)(b)'],
    ['HGB §257', withheld, withheld, 'HGB §257'],
    ['Cal. Civ. Code 1798.105(d)', withheld, withheld, 'Cal. Civ. Code 1798.105(d)'],
    ['Jane Miller 12', withheld, withheld, withheld],
    ['Jane Miller', withheld, withheld, withheld],
    ['no row for jane@example.com', withheld, withheld, withheld],
    ['customer 15073', withheld, withheld, withheld],
    ['15073', withheld, withheld, withheld],
    ['tax_law\n', withheld, withheld, withheld],
    ['', withheld, withheld, withheld],
    ['x'.repeat(129), withheld, withheld, withheld],
  ])('%j is as a name %s, as a code %s, as a citation %s', (text, name, code, citation) => {
    expect([nameOrWithheld(text), codeOrWithheld(text), citationOrWithheld(text)]).toEqual([name, code, citation]);
  });

  it(`is the same when it is looked at twice, and never long (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.constantFrom(nameOrWithheld, codeOrWithheld, citationOrWithheld),
        (text, look) => {
          expect(look(look(text))).toBe(look(text));
          expect(look(text).length).toBeLessThanOrEqual(128);
        },
      ),
      { seed },
    );
  });
});
