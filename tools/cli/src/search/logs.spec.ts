import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './logs.ts';

const seed = 7_733;

const parts = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
};
const linesIn = async (bytes: Buffer, size: number): Promise<readonly Buffer[]> => {
  const lines: Buffer[] = [];
  for await (const line of linesOf(parts(bytes, size))) lines.push(line);
  return lines;
};

describe(`lines (seed ${seed})`, () => {
  it('are the same however the bytes come', async () => {
    const someBytes = fc.array(fc.constantFrom(0x0a, 0x61, 0x00, 0xff), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(someBytes, fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
        const text = Buffer.from(bytes).toString('latin1');
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect((await linesIn(Buffer.from(bytes), size)).map((line) => line.toString('latin1'))).toEqual(expected);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('without an end are handed over in parts that overlap', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'x');
    const lines = await linesIn(bytes, 1 << 20);
    expect(lines.length).toBeGreaterThan(1);
    for (const { length } of lines) expect(length).toBeLessThan(10 * 1024 * 1024);
    expect(lines.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length + (lines.length - 1) * 4_096);
  });
});
