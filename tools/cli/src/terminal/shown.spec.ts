import { describe, expect, it } from '@jest/globals';
import { jsonLine } from './json.ts';
import { fields, table } from './table.ts';

/** Clears the screen, goes one line up, turns the direction of the text round, and ends the line. */
const HOSTILE = 'a\u001b[2J\u009b1A\u202eb\nc';

describe('a text of somebody else', () => {
  it('cannot move the cursor, turn the line round or end it, in a table', () => {
    const shown = table(['name'], [[HOSTILE]]);
    expect(shown.split('\n')).toHaveLength(2);
    expect(shown).toContain('a\\u{1b}[2J\\u{9b}1A\\u{202e}b\\u{a}c');
  });

  it('cannot do it in JSON, which still says the same', () => {
    const line = jsonLine({ name: HOSTILE, far: '\u{e0001}' });
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual({ name: HOSTILE, far: '\u{e0001}' });
  });

  it('that is not there is a hyphen', () => {
    expect(fields([['outcome', null]])).toBe('outcome  -');
  });
});
