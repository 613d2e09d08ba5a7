import { describe, expect, it } from '@jest/globals';
import { TerminalError } from '@lethe/bus';
import { StoreError } from '@lethe/store';
import { describeError } from './logger.ts';

const marked = 'marked.person@example.com';

describe('describeError', () => {
  it('tells the message of our own errors: they hold no personal data by their contract', () => {
    expect(describeError(new TerminalError('empty_system', 'the system is empty'))).toEqual({
      kind: 'TerminalError',
      code: 'empty_system',
      message: 'the system is empty',
    });
  });

  it("never shows a foreign error's message, only kind, code and place", () => {
    const error = Object.assign(new RangeError(`E11000 dup key: { email: "${marked}" }`), { code: 11_000 });
    const told = describeError(error);
    expect(JSON.stringify(told)).not.toContain(marked);
    expect(told).toMatchObject({ kind: 'RangeError', code: '11000' });
    expect(told).toHaveProperty('at.0', expect.stringContaining('logger.spec.ts'));
  });

  it('nor that of a cause', () => {
    const told = describeError(
      new StoreError('conflict', 'it is there already', { cause: new Error(`dup key ${marked}`) }),
    );
    expect(JSON.stringify(told)).not.toContain(marked);
    expect(told).toMatchObject({ message: 'it is there already', cause: { kind: 'Error' } });
  });

  it('nor a line of a message that looks like a place', () => {
    const told = describeError(new SyntaxError(`Unexpected token\n    at ${marked} (${marked}:1:2)\n    at ${marked}`));
    expect(JSON.stringify(told)).not.toContain(marked);
    expect(told).toHaveProperty('at.0', expect.stringContaining('logger.spec.ts'));
  });

  it.each([marked, { email: marked }, undefined, null])('nor what was thrown instead of an error: %#', (thrown) => {
    expect(describeError(thrown)).toEqual({ kind: typeof thrown });
  });

  it('nor a code that is none', () => {
    expect(JSON.stringify(describeError(Object.assign(new Error('x'), { code: `no ${marked}` })))).not.toContain(
      marked,
    );
  });
});
