import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Key, KeyRing } from './key-ring.ts';
import { registerHash, registerHashes, type RegisterName, registerNameOf, rewrapped } from './register-name.ts';

const seed = 15_073;
const keyOf = (index: number): Key => ({ id: `r${index}`, key: createSecretKey(Buffer.alloc(32, index)) });
const r1 = keyOf(1);
/** Active first. */
function ringOf(...keys: readonly Key[]): KeyRing {
  const [active] = keys;
  if (active === undefined) throw new Error('a ring has a key');
  return { active, byId: new Map(keys.map((key) => [key.id, key])) };
}
const hmac = (fill: number, text: string): string =>
  createHmac('sha256', Buffer.alloc(32, fill)).update(text).digest('base64url');

describe('the name of a ref in the register', () => {
  it('is HMAC-SHA-256(register key, ref) with the key’s id, and says what it was made with', () => {
    const hash = `r3.${hmac(3, 'p1.abc')}`;
    expect(registerHash(keyOf(3), 'p1.abc')).toBe(hash);
    expect(registerNameOf(ringOf(keyOf(3), r1), 'p1.abc')).toEqual({ hash, keys: ['r3'], pepper: 'p1' });
  });

  it('moves on to a newer key by being hashed again, without the ref', () => {
    const old = registerNameOf(ringOf(r1), 'p1.abc');
    const moved = rewrapped(ringOf(keyOf(2), r1), old);
    expect(moved).toEqual({ hash: `r2.${hmac(2, old.hash)}`, keys: ['r1', 'r2'], pepper: 'p1' });
  });

  it('stays as it is under the active key, or made with one that is not there', () => {
    const ring = ringOf(keyOf(2), r1);
    expect(rewrapped(ring, registerNameOf(ring, 'p1.abc'))).toBeNull();
    expect(rewrapped(ring, registerNameOf(ringOf(keyOf(3)), 'p1.abc'))).toBeNull();
  });

  it('is looked up in one form under one key, in three under two', () => {
    expect(registerHashes(ringOf(r1), 'p1.abc')).toEqual([registerHash(r1, 'p1.abc')]);
    const two = registerHashes(ringOf(keyOf(2), r1), 'p1.abc');
    expect(two).toEqual([
      registerHash(r1, 'p1.abc'),
      registerHash(keyOf(2), registerHash(r1, 'p1.abc')),
      registerHash(keyOf(2), 'p1.abc'),
    ]);
  });

  it('is found whenever it was made and however far it was moved on, and no other ref is', () => {
    const step = fc.record({ rotate: fc.boolean(), enter: fc.boolean(), move: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        let keys: Key[] = [r1];
        const entries: RegisterName[] = [];
        for (const { rotate, enter, move } of steps) {
          if (rotate && keys.length < 5) keys = [keyOf(keys.length + 1), ...keys];
          const ring = ringOf(...keys);
          if (enter) entries.push(registerNameOf(ring, 'p1.abc'));
          // Some, not all: a task that is cut off leaves the others.
          for (const [at, entry] of entries.entries()) {
            if (move && at % 2 === 0) entries[at] = rewrapped(ring, entry) ?? entry;
          }
          const forms = registerHashes(ring, 'p1.abc');
          expect(forms).toHaveLength((keys.length * (keys.length + 1)) / 2);
          for (const { hash } of entries) expect(forms).toContain(hash);
          const others = registerHashes(ring, 'p1.abd');
          for (const { hash } of entries) expect(others).not.toContain(hash);
        }
      }),
      { seed },
    );
  });
});
