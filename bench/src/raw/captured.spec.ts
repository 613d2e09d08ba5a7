import { describe, expect, it } from '@jest/globals';
import { captured, caseOf } from './captured.ts';

const items = ['a1', 'b1', 'a2', 'c1'];

describe('what was captured', () => {
  it('is handed out once in order', () => {
    const from = captured(items, (item) => item);
    expect([from.next(3), from.next(3), from.next(1)]).toEqual([['a1', 'b1', 'a2'], ['c1'], []]);
  });

  it('is handed out by key, in order, as often as asked', () => {
    const from = captured(items, (item) => item.slice(0, 1));
    expect([from.of('a'), from.of('a'), from.of('x')]).toEqual([['a1', 'a2'], ['a1', 'a2'], []]);
  });

  it('belongs to a case by its key', () => {
    expect([caseOf('7f:desk:1'), caseOf('7f'), caseOf('')]).toEqual(['7f', '7f', '']);
  });
});
