import { describe, expect, it } from '@jest/globals';
import { areOneTrace, readTraceparent, sampledContext } from './trace-context.ts';

const [trace, span] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
const sampled = `00-${trace}-${span}-01`;

describe('a traceparent', () => {
  it('is read when it is one', () => {
    expect(readTraceparent(sampled)).toEqual({ traceparent: sampled, sampled: true });
    expect(readTraceparent(`00-${trace}-${span}-00`)).toEqual({ traceparent: sampled, sampled: false });
    // Of the flags, one bit is ours to read, and no other is passed on.
    expect(readTraceparent(`00-${trace}-${span}-ff`)).toEqual({ traceparent: sampled, sampled: true });
  });

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a version that is none', `ff-${trace}-${span}-01`],
    ['a version that is not known', `01-${trace}-${span}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${span}-01`],
    ['no span', `00-${trace}-${'0'.repeat(16)}-01`],
    ['capitals', sampled.toUpperCase()],
    ['a longer text', `${sampled}-person@example.com`],
    ['a text of the right length', 'x'.repeat(55)],
    ['a line feed', `${sampled.slice(0, -1)}\n`],
  ])('is none when it is %s', (_what, header) => {
    expect(readTraceparent(header)).toBeNull();
    expect(sampledContext(header)).toBeNull();
  });

  it('stands for a trace that is recorded, or for none', () => {
    expect(sampledContext(sampled)).toBe(sampled);
    expect(sampledContext(`00-${trace}-${span}-00`)).toBeNull();
  });

  it('belongs to a trace by the trace id alone', () => {
    expect(areOneTrace(sampled, `00-${trace}-${'1'.repeat(16)}-01`)).toBe(true);
    expect(areOneTrace(sampled, `00-${'1'.repeat(32)}-${span}-01`)).toBe(false);
  });
});
