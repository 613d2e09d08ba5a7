import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { paper, type Report, withFigures } from './paper.ts';

const report: Report = {
  machine: {
    ...{ cores: 2, processor: 'a processor', memoryGb: 8, system: 'linux x64', node: '24.0.0', date: '2026-01-02' },
    ...{ commit: 'abc1234', loadBefore: 0.1 },
  },
  servers: 'temporary ones of this run',
  results: [],
  lines: [{ name: 'cases', floorIs: 'raw', oursIs: 'whole' }],
};

describe('the figures in the paper', () => {
  const text = readFileSync(paper, 'utf8');

  it('have their place, with the machine and what stands beside what', () => {
    const written = withFigures(text, report);
    expect(written).toContain('2 cores (a processor), 8 GB');
    expect(written).toContain('- **cases**. Floor: raw. Ours: whole.');
  });

  it('replace those of the last run and leave the rest', () => {
    const once = withFigures(text, report);
    expect(withFigures(once, report)).toBe(once);
    expect(once.split('<!-- figures')[0]).toBe(text.split('<!-- figures')[0]);
  });

  it('are refused where there is no place for them', () => {
    expect(() => withFigures('# Benchmarks', report)).toThrow('docs/benchmarks.md has no lines');
  });
});
