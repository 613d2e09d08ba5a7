import { describe, expect, it } from '@jest/globals';
import { parseDuration } from './duration.ts';

const hour = 60 * 60 * 1000;

describe('parseDuration', () => {
  it.each([
    ['P7D', 7 * 24 * hour],
    ['P2W', 14 * 24 * hour],
    ['PT12H', 12 * hour],
    ['P1DT6H', 30 * hour],
    ['PT90M', 1.5 * hour],
    ['PT2S', 2000],
    ['P1DT1H1M1S', 25 * hour + 61_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'P0D',
    'PT0S',
    'P1M',
    'P1Y',
    'P1W1D',
    'P-1D',
    'P1.5D',
    '7D',
    'p7d',
    'P7D ',
    'P99999D',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
