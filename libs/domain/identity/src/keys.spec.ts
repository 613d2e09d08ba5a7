import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseKeys } from './key-ring.ts';
import { developmentKeys, KeysError, loadKeys } from './keys.ts';

const key = () => randomBytes(32).toString('base64');
const goodKeys = () => ({
  LETHE_SEALING_KEYS: `s2:${key()},s1:${key()}`,
  LETHE_PEPPERS: `p1:${key()}`,
  LETHE_REGISTER_KEYS: `r1:${key()}`,
});
const developmentText = () => developmentKeys().peppers.active.key.export().toString('base64');

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadKeys(env);
  } catch (error) {
    if (error instanceof KeysError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseKeys', () => {
  it('takes the first key as the active one and keeps the others to open with', () => {
    const [first, second] = [key(), key()];
    const parsed = parseKeys(`k2:${first}, k1:${second}`, 'KEYS');
    if (!parsed.ok) throw new Error(parsed.problems.join());
    expect(parsed.ring.active.id).toBe('k2');
    expect(parsed.ring.active.key.export().toString('base64')).toBe(first);
    expect([...parsed.ring.byId.keys()]).toEqual(['k2', 'k1']);
  });

  it.each([
    ['nothing', '', ['KEYS: key 1 is not id:base64key']],
    ['a key without an id', key(), ['KEYS: key 1 is not id:base64key']],
    ['a trailing comma', `a:${Buffer.alloc(32, 'ab').toString('base64')},`, ['KEYS: key 2 is not id:base64key']],
    ['a long id', `${'a'.repeat(17)}:${key()}`, ['KEYS: key 1 has an id that is not 1 to 16 of a-z, 0-9 and -']],
    ['an upper-case id', `K1:${key()}`, ['KEYS: key 1 has an id that is not 1 to 16 of a-z, 0-9 and -']],
    ['two keys of one id', `a:${key()},a:${key()}`, ['KEYS: key 2 has the id of an earlier key']],
    ['a short key', `a:${randomBytes(16).toString('base64')}`, ['KEYS: key 1 has 16 bytes, not 32']],
    ['a long key', `a:${randomBytes(33).toString('base64')}`, ['KEYS: key 1 has 33 bytes, not 32']],
    ['no base64', 'a:not*base64', ['KEYS: key 1 is not base64']],
    ['a placeholder', `a:${Buffer.alloc(32).toString('base64')}`, ['KEYS: key 1 is one byte repeated, not random']],
    [
      'several',
      `A:x,b:${randomBytes(3).toString('base64')}`,
      [
        'KEYS: key 1 has an id that is not 1 to 16 of a-z, 0-9 and -',
        'KEYS: key 1 is not base64',
        'KEYS: key 2 has 3 bytes, not 32',
      ],
    ],
  ])('refuses %s', (_, text, problems) => {
    expect(parseKeys(text, 'KEYS')).toEqual({ ok: false, problems });
  });

  it('never repeats what it was given, which may be the key in the wrong place', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/=:,]{12,60}$/), (text) => {
        const parsed = parseKeys(text, 'KEYS');
        if (parsed.ok) return;
        for (const part of text.split(/[,:]/).filter((each) => each.length > 8))
          expect(parsed.problems.join()).not.toContain(part);
      }),
    );
  });
});

describe('loadKeys', () => {
  it('works out of the box, and says that these are development keys', () => {
    const keys = loadKeys({});
    expect(keys.development).toBe(true);
    expect(keys.sealing.active.id).toBe('dev');
  });

  it('gives every process the same development keys, one per purpose', () => {
    const [a, b] = [loadKeys({}), developmentKeys()];
    expect(a.sealing.active.key.equals(b.sealing.active.key)).toBe(true);
    expect(a.sealing.active.key.equals(a.peppers.active.key)).toBe(false);
    expect(a.peppers.active.key.equals(a.register.active.key)).toBe(false);
  });

  it('takes given keys in production', () => {
    const keys = loadKeys({ ...goodKeys(), NODE_ENV: 'production' });
    expect(keys.development).toBe(false);
    expect(keys.sealing.active.id).toBe('s2');
  });

  it('takes given keys outside production', () => {
    expect(loadKeys(goodKeys()).development).toBe(false);
  });

  it('refuses production without keys, naming every variable', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([
      'LETHE_SEALING_KEYS is missing',
      'LETHE_PEPPERS is missing',
      'LETHE_REGISTER_KEYS is missing',
    ]);
  });

  it('lists missing, short and development keys in one error', () => {
    const env = {
      NODE_ENV: 'production',
      LETHE_SEALING_KEYS: `s1:${randomBytes(16).toString('base64')}`,
      LETHE_PEPPERS: `mine:${developmentText()}`,
    };
    expect(problemsOf(env)).toEqual([
      'LETHE_SEALING_KEYS: key 1 has 16 bytes, not 32',
      'LETHE_PEPPERS holds a development key, which everyone knows; NODE_ENV is production',
      'LETHE_REGISTER_KEYS is missing',
    ]);
  });

  it.each(['LETHE_SEALING_KEYS', 'LETHE_PEPPERS', 'LETHE_REGISTER_KEYS'])('lets %s rotate', (variable) => {
    expect(() => loadKeys({ ...goodKeys(), [variable]: `k2:${key()},k1:${key()}` })).not.toThrow();
  });

  it('refuses a development key in production under any variable and in any place', () => {
    const keys = { ...goodKeys(), LETHE_REGISTER_KEYS: `r1:${key()},old:${developmentText()}` };
    expect(problemsOf({ ...keys, NODE_ENV: 'production' })).toEqual([
      'LETHE_REGISTER_KEYS holds a development key, which everyone knows; NODE_ENV is production',
    ]);
  });

  it('says so when development keys were given by hand', () => {
    expect(loadKeys({ ...goodKeys(), LETHE_PEPPERS: `dev:${developmentText()}` }).development).toBe(true);
  });

  it('refuses a half set environment everywhere: a mistyped name must not mean development keys', () => {
    const { LETHE_PEPPERS: _, ...rest } = goodKeys();
    expect(problemsOf(rest)).toEqual(['LETHE_PEPPERS is missing']);
  });

  it('refuses one key for two purposes', () => {
    const shared = key();
    const env = { ...goodKeys(), LETHE_PEPPERS: `p1:${shared}`, LETHE_REGISTER_KEYS: `r1:${shared}` };
    expect(problemsOf(env)).toEqual(['LETHE_REGISTER_KEYS holds a key that is also in LETHE_PEPPERS']);
  });

  it('shows no key when it is printed', () => {
    const env = goodKeys();
    const keys = loadKeys(env);
    const secret = keys.peppers.active.key.export();
    for (const shown of [inspect(keys, { depth: 9, showHidden: true }), JSON.stringify(keys)]) {
      expect(shown).not.toContain(secret.toString('base64'));
      expect(shown).not.toContain(secret.toString('hex'));
    }
    expect(new KeysError(problemsOf({ NODE_ENV: 'production' })).message).toContain('openssl rand -base64 32');
  });
});
