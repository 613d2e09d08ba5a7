import { describe, expect, it } from '@jest/globals';
import { withMarked } from './marked.ts';

describe('a generated part of a paper', () => {
  const paper = 'before\n<!-- map -->\nold\n<!-- /map -->\nafter\n';

  it('is replaced, and nothing else', () => {
    expect(withMarked(paper, 'map', 'new\nlines\n')).toBe('before\n<!-- map -->\nnew\nlines\n<!-- /map -->\nafter\n');
  });

  it('stays as it is when it is current', () => {
    expect(withMarked(paper, 'map', 'old')).toBe(paper);
  });

  it('is never dropped in silence', () => {
    expect(() => withMarked('no markers', 'map', 'new')).toThrow('the markers of the generated part "map" are missing');
  });
});
