import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Key } from './key-ring.ts';
import { pepperOf, refOf } from './ref.ts';

const keyOf = (id: string, fill: number): Key => ({ id, key: createSecretKey(Buffer.alloc(32, fill)) });
const pepper = keyOf('p1', 1);

describe('refOf', () => {
  it('is the pepper’s id and HMAC-SHA-256(pepper, controller || 0 || type || 0 || value), in base64url', () => {
    const message = Buffer.concat(
      ['shop', '\0', 'email', '\0', 'zoë@example.com'].map((part) => Buffer.from(part, 'utf8')),
    );
    const hash = createHmac('sha256', Buffer.alloc(32, 1)).update(message).digest('base64url');
    expect(refOf(pepper, 'shop', 'email', 'zoë@example.com')).toBe(`p1.${hash}`);
  });

  it('has not changed: stored refs of earlier versions must still be found', () => {
    expect(refOf(pepper, 'shop', 'customer_id', '15073')).toBe('p1.LgrSAvduA4PLNaaJQes0_zy0pqgsPBPHOQ6nGqaq4pw');
  });

  it('is shaped so that it may be a message key: id, dot, 43 characters', () => {
    expect(refOf(pepper, 'shop', 'email', 'a@b')).toMatch(/^p1\.[A-Za-z0-9_-]{43}$/);
  });

  it('differs whenever controller, type or value does, wherever the boundaries lie', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
        expect(refOf(pepper, ...a) === refOf(pepper, ...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    expect(refOf(pepper, 'ab', 'c', 'd')).not.toBe(refOf(pepper, 'a', 'bc', 'd'));
    expect(refOf(pepper, 'a', 'b', 'cd')).not.toBe(refOf(pepper, 'a', 'bc', 'd'));
  });

  it('refuses a NUL in controller or type, which would move the boundary', () => {
    expect(() => refOf(pepper, 'a\0b', 'c', 'd')).toThrow(RangeError);
    expect(() => refOf(pepper, 'a', 'b\0c', 'd')).toThrow(RangeError);
  });

  it('differs under another pepper', () => {
    const other = keyOf('p1', 2);
    expect(refOf(other, 'shop', 'email', 'a@b')).not.toBe(refOf(pepper, 'shop', 'email', 'a@b'));
  });
});

describe('pepperOf', () => {
  it('is the id that stands in the ref', () => {
    expect(pepperOf(refOf(pepper, 'shop', 'email', 'a@b'))).toBe('p1');
  });
});
