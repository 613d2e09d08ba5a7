import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { ran } from '../index.ts';

const script = async (shell: string): Promise<string> => (await ran(['completion', shell])).out;

describe('the completion', () => {
  it.each([
    [['lethe', ''], 'request case dead-letter fence search completion'],
    [['lethe', 'dead'], 'dead-letter'],
    [['lethe', 'dead-letter', ''], 'list show redrive'],
    [['lethe', 'dead-letter', 'show', 'lethe.user-events.dead-letter/0/1', '--rev'], '--reveal'],
    [['lethe', 'request', 'submit', '--cont'], '--controller'],
    [['lethe', 'request', 'submit', '--controller', 'case', '--wa'], '--wait'],
    [['lethe', 'nonsense', ''], 'request case dead-letter fence search completion'],
  ])('of bash after %j is: %s', async (words, expected) => {
    const type = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lethe; echo "${COMPREPLY[@]}"';
    const said = execFileSync('bash', ['-c', `${await script('bash')}\n${type}`, 'bash', ...words], {
      encoding: 'utf8',
    });
    expect(said.trim()).toBe(expected);
  });

  it.each(['bash', 'zsh', 'fish'])('of %s knows every command and every option', async (shell) => {
    const text = await script(shell);
    for (const word of ['dead-letter redrive', 'request submit', 'idempotency-key', 'reason-code', 'mongodb-url']) {
      expect(text).toContain(word);
    }
  });
});
