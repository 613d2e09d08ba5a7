import { describe, expect, it } from '@jest/globals';
import { optionsFrom, UsageError } from './options.ts';

const known = { lines: ['produce', 'consume', 'cases'], profileFolder: '/cache' };
const options = (...argv: string[]) => optionsFrom(argv, known);

describe('the options', () => {
  it('are a whole run and a table, unless something else is said', () => {
    expect(options()).toEqual({
      json: false,
      only: [],
      quick: false,
      profile: null,
      strict: false,
      write: false,
      size: 1,
      help: false,
    });
  });

  it('name lines repeatedly or separated by commas', () => {
    expect(options('--only', 'produce', '--only', 'cases').only).toEqual(['produce', 'cases']);
    expect(options('--only', 'produce,cases').only).toEqual(['produce', 'cases']);
    expect(() => options('--only', 'produced')).toThrow('no such line: produced; there are produce, consume, cases');
  });

  it('take a folder for profiles, or the usual one', () => {
    expect(options('--profile').profile).toBe('/cache');
    expect(options('--profile', '--quick')).toMatchObject({ profile: '/cache', quick: true });
    expect(options('--profile=/mine').profile).toBe('/mine');
    expect(options('--profile', '/mine').profile).toBe('/mine');
  });

  it('write only a whole run into the paper', () => {
    expect(options('--write').write).toBe(true);
    for (const part of [['--quick'], ['--only', 'cases'], ['--size', '2']]) {
      expect(() => options('--write', ...part)).toThrow(UsageError);
    }
  });

  it('are refused when they make no sense', () => {
    for (const wrong of [['--fast'], ['--size', '0'], ['--size', 'big'], ['cases']]) {
      expect(() => options(...wrong)).toThrow(UsageError);
    }
  });
});
