/** The bench itself, on very little work: that every figure is whole and adds up. How fast anything is, is no test. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { testStack, type TestStack } from '@lethe/testkit';
import type { Result } from './result.ts';
import { rounded } from './statistics.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

const bench = (stack: TestStack, ...argv: string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=@lethe/source', main, ...argv], {
    env: { ...process.env, ...stack.env, NODE_OPTIONS: '' },
  });

describe('the bench', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await testStack();
  }, 120_000);

  it('says one line of JSON per figure, whose numbers fit together, and nothing else', async () => {
    const { stdout, stderr } = await bench(stack, '--json', '--quick', '--size', '0.25', '--only', 'produce,cases');
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Result);
    expect(results.map(({ name, unit, runs }) => ({ name, unit, runs }))).toEqual([
      { name: 'produce', unit: 'messages/s', runs: 3 },
      { name: 'cases', unit: 'messages/s', runs: 3 },
    ]);
    for (const { floor, ours, ratio, bar, ok, ...spread } of results) {
      expect(ratio).toBe(rounded(ours / floor, 3));
      expect(ok).toBe(bar === null || ratio >= bar);
      expect([spread.floorMin, floor, spread.floorMax]).toEqual(
        [spread.floorMin, floor, spread.floorMax].toSorted(byValue),
      );
      expect([spread.oursMin, ours, spread.oursMax]).toEqual([spread.oursMin, ours, spread.oursMax].toSorted(byValue));
      expect(spread.ratioMin).toBeLessThanOrEqual(spread.ratioMax);
    }
    // Two sides, three runs: 20,000 records each; 1,250 cases and as many facts each.
    expect(results.map(({ counted }) => counted)).toEqual([2 * 3 * 20_000, 2 * 3 * 2 * 1_250]);
    expect(stderr).toMatch(/\d+ cores .*, Node 24\.\S+, commit \S+.*; servers: given by their addresses/);
  }, 240_000);

  it('refuses a line that it does not have', async () => {
    await expect(bench(stack, '--only', 'everything')).rejects.toMatchObject({ code: 2, stdout: '' });
  }, 30_000);
});

const byValue = (a: number, b: number): number => a - b;
