import { describe, expect, it } from '@jest/globals';
import { groups } from './commands.ts';
import { ran } from './index.ts';
import { meanings } from './exit-codes.ts';

/** Stands wherever somebody could type an identifier by mistake. */
const MARK = 'canary7731@example.com';

describe('what is not understood ends in 2, says why, and is not repeated', () => {
  it.each([
    [['frobnicate', MARK], /there is no such command/],
    [[MARK], /there is no such command/],
    [['request', MARK], /there is no such command/],
    [['request', 'shwo'], /did you mean show\?/],
    [['request', 'submit', `--${MARK}`], /an option that this command does not have/],
    [['request', 'submit', '--controler', 'x'], /did you mean --controller\?/],
    [['request', 'submit', '--controller', 'x', `email=${MARK}`], /more words than this command takes/],
    [['request', 'submit'], /--controller is needed/],
    [['request', 'submit', '--controller'], /argument missing/],
    [['request', 'submit', '--controller', 'x', '--timeout', MARK], /--timeout must be a whole number/],
    [['request', 'submit', '--controller', 'x', '--idempotency-key', 'canary7731 é'], /printable ASCII/],
    [['request', 'submit', '--controller', 'x', '--intake-url', MARK], /--intake-url must be an http/],
    [['request', 'submit', '--controller', 'x', '--intake-url', `http://${MARK}/`], /without a user name/],
    [['request', 'show'], /missing required argument 'id'/],
    [['request', 'show', MARK], /the id must be a UUID/],
    [['request', 'list', '--limit', '0'], /--limit must be a whole number from 1/],
    [['case', 'show', MARK], /the id must be a UUID/],
    [['dead-letter', 'show', MARK], /no address of a dead letter/],
    [['dead-letter', 'show', 'lethe.user-events.dead-letter/0/1', '--reveal'], /--reason is needed/],
    [['dead-letter', 'show', 'lethe.user-events.dead-letter/0/1', '--reason', 'a'], /belong to --reveal/],
    [['dead-letter', 'redrive', '--reason', 'a', '--actor', 'b'], /give the address of a letter, or --topic/],
    [['dead-letter', 'redrive', '--topic', 't', '--reason', 'a', '--actor', 'b'], /--topic with --all/],
    [['dead-letter', 'redrive', 'x/0/0', '--all', '--reason', 'a', '--actor', 'b'], /give one or the other/],
    [['dead-letter', 'redrive', MARK, '--reason', 'a', '--actor', 'b'], /no address/],
    [['dead-letter', 'redrive', 'x/0/0', '--reason', `for ${MARK}`, '--actor', 'b'], /must be a code/],
    [['dead-letter', 'redrive', 'x/0/0', '--reason', 'for_15073', '--actor', 'b'], /five digits or more/],
    [['dead-letter', 'redrive', 'x/0/0', '--reason', 'a'], /--actor is needed/],
    [['dead-letter', 'list', '--brokers', 'nowhere'], /--brokers must be host:port/],
    [['dead-letter', 'list', '--prefix', MARK], /--prefix must be lower-case/],
    [['fence', 'adopt', '--service', 's', '--topic', 't', '--at', 'end'], /--reason is needed/],
    [['completion', MARK], /the shell must be one of bash, zsh, fish/],
  ])('%j', async (words, sentence) => {
    const { code, out, notes } = await ran(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(notes).toMatch(sentence);
    expect(notes).not.toContain('canary7731');
    expect(notes).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['LETHE_INTAKE_URL', 'ftp://canary7731', ['request', 'list']],
    ['LETHE_KAFKA_BROKERS', 'canary7731', ['dead-letter', 'list']],
    ['LETHE_PREFIX', 'Canary7731', ['dead-letter', 'list']],
    ['LETHE_MONGODB_URL', 'http://admin:canary7731@localhost', ['fence', 'show']],
    ['LETHE_SEALING_KEYS', 'canary7731', ['dead-letter', 'show', 'lethe.user-events.dead-letter/0/1']],
  ])('%s', async (variable, value, words) => {
    const { code, notes } = await ran(words, { env: { [variable]: value } });
    expect(code).toBe(2);
    expect(notes).toContain(variable);
    expect(notes.toLowerCase()).not.toContain('canary7731');
  });
});

describe('help', () => {
  it('shows every group, and the table of exit codes', async () => {
    const { code, out } = await ran(['--help']);
    expect(code).toBe(0);
    for (const name of ['request', 'case', 'dead-letter', 'fence', 'search', 'completion']) expect(out).toContain(name);
    expect(groups).toHaveLength(6);
    for (const [number, meaning] of meanings) expect(out).toContain(`${number}  ${meaning}`);
  });

  it.each([
    'request submit',
    'request show',
    'request list',
    'case show',
    'dead-letter list',
    'dead-letter show',
    'dead-letter redrive',
    'fence show',
    'fence adopt',
    'search',
    'completion',
  ])('of %s holds an example and the exit codes', async (command) => {
    const { code, out } = await ran([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Example:\\n.*${command}`));
    expect(out).toContain('Exit codes:');
    if (command !== 'completion') expect(out).toContain('--json');
  });

  it('is shown for a group without its command, as not understood', async () => {
    const { code, notes } = await ran(['dead-letter']);
    expect(code).toBe(2);
    expect(notes).toContain('redrive');
  });
});

describe('a variable in a file', () => {
  it('is read from there, and its path is not repeated', async () => {
    const { code, notes } = await ran(['request', 'list'], { env: { LETHE_INTAKE_URL_FILE: '/canary7731' } });
    expect(code).toBe(2);
    expect(notes).toContain('LETHE_INTAKE_URL_FILE: the file that it names cannot be read (ENOENT)');
    expect(notes).not.toContain('canary7731');
  });
});
