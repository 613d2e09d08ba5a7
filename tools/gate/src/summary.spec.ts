import { describe, expect, it } from '@jest/globals';
import { fileSummary, schemaSummary } from './summary.ts';

describe('what a file says of itself', () => {
  it('is its leading comment', () => {
    expect(fileSummary(`// Keeps order. Slowly.\n// Always.\nimport 'x';\n/** Other. */\n`)).toBe('Keeps order');
  });

  it('else that of its first documented export, also over several lines', () => {
    expect(
      fileSummary(
        `import 'x';\n\n/** 36 months. */\nconst month = 36;\n\n/**\n * Who may\n * import whom. Why: see below.\n */\nexport {};\n`,
      ),
    ).toBe('Who may import whom');
  });

  it('is not what a member says of itself, nor an aside in the code', () => {
    expect(fileSummary(`interface A {\n  /** Milliseconds. */\n  a: number;\n}\n// an aside\n`)).toBeNull();
  });

  it('does not end at a file name or a version', () => {
    expect(fileSummary(`/** Reads nx.json and 2.2.4 of it. */\n`)).toBe('Reads nx.json and 2.2.4 of it');
  });

  it('is cut at a word when it does not end', () => {
    const summary = fileSummary(`/** ${'word '.repeat(100)} */\n`) ?? '';
    expect(summary.length).toBeLessThanOrEqual(165);
    expect(summary.endsWith('word ...')).toBe(true);
  });

  it('is the doc of a schema', () => {
    expect(schemaSummary('{"type": "record", "doc": "A team answered. Published by it."}')).toBe('A team answered');
  });
});
