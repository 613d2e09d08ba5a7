import { describe, expect, it } from '@jest/globals';
import { quantile, rounded, spreadOf } from './statistics.ts';

describe('a spread', () => {
  it('is the median with the least and the most, in whatever order they came', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7 });
  });

  it('is refused of nothing, and of what is no number', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
    expect(() => spreadOf([1, Number.NaN])).toThrow('not a measurement');
    expect(() => spreadOf([1, Infinity])).toThrow('not a measurement');
  });
});

describe('a quantile', () => {
  it('lies on the line between its neighbours', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.95)).toBeCloseTo(4.8);
  });
});

describe('rounding', () => {
  it('keeps significant digits, not decimals', () => {
    expect([rounded(123_456), rounded(0.123456), rounded(0.98765, 3)]).toEqual([123_500, 0.1235, 0.988]);
  });
});
