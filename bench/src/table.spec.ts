import { describe, expect, it } from '@jest/globals';
import type { Result } from './result.ts';
import { markdownTable, textTable } from './table.ts';

const result: Result = {
  ...{ name: 'cases', floor: 24_130, ours: 8_123, ratio: 0.337, bar: 0.3, ok: true, unit: 'messages/s', runs: 5 },
  ...{ floorMin: 20_000, floorMax: 25_000, oursMin: 8_000, oursMax: 8_200, ratioMin: 0.32, ratioMax: 0.4, counted: 9 },
};

describe('the table', () => {
  it('shows medians with their spread, numbers to the right', () => {
    expect(textTable([result, { ...result, name: 'start-up-intake', bar: null }]).split('\n')).toEqual([
      'figure                               floor                    ours  unit                      ratio  bar',
      'cases            24,130 (20,000 to 25,000)  8,123 (8,000 to 8,200)  messages/s  0.337 (0.32 to 0.4)  0.3  ok',
      'start-up-intake  24,130 (20,000 to 25,000)  8,123 (8,000 to 8,200)  messages/s  0.337 (0.32 to 0.4)    -',
    ]);
  });

  it('is Markdown for the paper', () => {
    expect(markdownTable([{ ...result, ok: false }])).toBe(
      [
        '| figure | floor | ours | unit | ratio | bar |  |',
        '| --- | ---: | ---: | --- | ---: | ---: | --- |',
        '| cases | 24,130 (20,000 to 25,000) | 8,123 (8,000 to 8,200) | messages/s | 0.337 (0.32 to 0.4) | 0.3 | missed |',
      ].join('\n'),
    );
  });
});
