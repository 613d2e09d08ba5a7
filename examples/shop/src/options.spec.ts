import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { parseOptions } from './options.ts';

describe('the options of npm start', () => {
  it('are the shop of its own file when nothing is said', () => {
    expect(parseOptions([])).toMatchObject({ once: false, json: false, subject: null, ownData: true });
  });

  it('name a subject and a file', () => {
    const file = fileURLToPath(import.meta.url);
    expect(parseOptions(['--once', '--json', '--subject', '14911', '--data', file])).toEqual({
      once: true,
      json: true,
      subject: '14911',
      data: file,
      ownData: false,
    });
  });

  it.each([
    [['--json'], '--json goes with --once'],
    [['--subject', ' '], '--subject needs a customer id'],
    [['--data', 'no-such.csv'], 'there is no file no-such.csv'],
    [['--twice'], '--twice'],
    [['more'], 'more'],
  ])('are refused: %j', (args, problem) => {
    expect(() => parseOptions(args)).toThrow(problem);
  });
});
