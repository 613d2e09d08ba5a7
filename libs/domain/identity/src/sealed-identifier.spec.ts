import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseKeys, type KeyRing } from './key-ring.ts';
import { developmentKeys } from './keys.ts';
import { refOf } from './ref.ts';
import { SealingError, type SealingErrorCode } from './sealing-error.ts';
import { sealerOf, type Sealer } from './sealed-identifier.ts';

const sealer = sealerOf(developmentKeys());
const marked = { controller: 'shop', type: 'email', value: 'marked-7f3a@example.com' };

const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
function ring(...entries: readonly string[]): KeyRing {
  const parsed = parseKeys(entries.join(','), 'KEYS');
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return parsed.ring;
}
const sealing = (...entries: readonly string[]): Sealer =>
  sealerOf({ sealing: ring(...entries), peppers: developmentKeys().peppers });

function codeOf(open: () => unknown): SealingErrorCode | 'opened' {
  try {
    open();
  } catch (error) {
    if (error instanceof SealingError) return error.code;
    throw error;
  }
  return 'opened';
}
function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);

describe('an identifier', () => {
  it('comes back from its box, named by its ref', () => {
    fc.assert(
      fc.property(name, name, text, (controller, type, value) => {
        const sealed = sealer.seal({ controller, type, value });
        expect(sealed).toMatchObject({ type, ref: refOf(developmentKeys().peppers.active, controller, type, value) });
        expect(sealer.open(controller, sealed)).toBe(value);
      }),
    );
  });

  it('has one ref and never the same box twice', () => {
    const boxes = Array.from({ length: 1000 }, () => sealer.seal(marked));
    expect(new Set(boxes.map(({ ref }) => ref)).size).toBe(1);
    expect(new Set(boxes.map(({ sealed }) => Buffer.from(sealed.nonce).toString('hex'))).size).toBe(1000);
    expect(new Set(boxes.map(({ sealed }) => Buffer.from(sealed.ciphertext).toString('hex'))).size).toBe(1000);
  });

  it('is refused after any one bit changed', () => {
    const { sealed, ...named } = sealer.seal(marked);
    for (let bit = 0; bit < sealed.ciphertext.length * 8; bit++) {
      const changed = { ...named, sealed: { ...sealed, ciphertext: flipped(sealed.ciphertext, bit) } };
      expect(codeOf(() => sealer.open('shop', changed))).toBe('tampered');
    }
    for (let bit = 0; bit < sealed.nonce.length * 8; bit++) {
      const changed = { ...named, sealed: { ...sealed, nonce: flipped(sealed.nonce, bit) } };
      expect(codeOf(() => sealer.open('shop', changed))).toBe('tampered');
    }
  });

  it('does not open under another controller, type or ref', () => {
    const box = sealer.seal(marked);
    const other = sealer.seal({ ...marked, value: 'other@example.com' });
    expect(codeOf(() => sealer.open('shop2', box))).toBe('tampered');
    expect(codeOf(() => sealer.open('shop', { ...box, type: 'login' }))).toBe('tampered');
    expect(codeOf(() => sealer.open('shop', { ...box, ref: other.ref }))).toBe('tampered');
    expect(codeOf(() => sealer.open('shop', { ...other, sealed: box.sealed }))).toBe('tampered');
  });

  it.each([
    ['a short nonce', { nonce: Buffer.alloc(11) }],
    ['a long nonce', { nonce: Buffer.alloc(16) }],
    ['less than a tag', { ciphertext: Buffer.alloc(15) }],
    ['nothing', { ciphertext: Buffer.alloc(0) }],
  ])('is malformed with %s', (_, part) => {
    const { sealed, ...named } = sealer.seal(marked);
    expect(codeOf(() => sealer.open('shop', { ...named, sealed: { ...sealed, ...part } }))).toBe('malformed');
  });

  it('opens from a plain Uint8Array, as a decoder may hand it over', () => {
    const { sealed, ...named } = sealer.seal(marked);
    const plain = { ...sealed, nonce: new Uint8Array(sealed.nonce), ciphertext: new Uint8Array(sealed.ciphertext) };
    expect(sealer.open('shop', { ...named, sealed: plain })).toBe(marked.value);
  });
});

describe('rotation', () => {
  const [old, young] = [entry('k1'), entry('k2')];

  it('seals under the active key and opens what a former one sealed', () => {
    const before = sealing(old).seal(marked);
    const rotated = sealing(young, old);
    expect(rotated.seal(marked).sealed.keyId).toBe('k2');
    expect(rotated.open('shop', before)).toBe(marked.value);
    expect(rotated.openBytes(sealing(old).sealBytes(Buffer.from('x')))).toEqual(Buffer.from('x'));
  });

  it('knows a key that it does not hold from a box that was changed', () => {
    const box = sealing(young).seal(marked);
    expect(codeOf(() => sealing(old).open('shop', box))).toBe('unknown_key');
    expect(codeOf(() => sealing(entry('k2')).open('shop', box))).toBe('tampered');
    expect(codeOf(() => sealing(old).openBytes(sealing(young).sealBytes(Buffer.from('x'))))).toBe('unknown_key');
  });
});

describe('aliases', () => {
  const [old, young] = [entry('p1'), entry('p2')];
  const [s1, s2] = [entry('s1'), entry('s2')];
  const under = (peppers: readonly string[], keys: readonly string[] = [s1]): Sealer =>
    sealerOf({ sealing: ring(...keys), peppers: ring(...peppers) });

  it('are the names under the other peppers, whichever of them is active', () => {
    const [before, after] = [under([old]).seal(marked), under([young]).seal(marked)];
    const both = under([young, old]);
    expect(both.seal(marked).ref).toBe(after.ref);
    expect(both.aliasesOf('shop', before)).toEqual([after.ref]);
    expect(both.aliasesOf('shop', after)).toEqual([before.ref]);
    // A process that was not restarted yet hears of a name that it could not have made.
    expect(under([old]).aliasesOf('shop', after)).toEqual([before.ref]);
  });

  it('are none while there is one pepper, and then no box is opened', () => {
    const { sealed, ...named } = under([old]).seal(marked);
    const broken = { ...named, sealed: { ...sealed, ciphertext: Buffer.alloc(3) } };
    expect(under([old]).aliasesOf('shop', broken)).toEqual([]);
    expect(codeOf(() => under([young, old]).aliasesOf('shop', broken))).toBe('malformed');
  });

  it('hold the right name beside one that another key of the same id has made', () => {
    const wrong = under([entry('p1')]).seal(marked);
    const right = under([old]).seal(marked);
    expect(under([young, old]).aliasesOf('shop', wrong)).toContain(right.ref);
  });

  it('and a new box under the active key name and hold the same identifier', () => {
    const before = under([old], [s1]).seal(marked);
    const after = under([young, old], [s2, s1]).reseal('shop', before);
    expect(after).toMatchObject({ type: 'email', ref: before.ref, sealed: { keyId: 's2' } });
    expect(under([young], [s2]).open('shop', after)).toBe(marked.value);
  });
});

describe('bytes', () => {
  it('come back, whatever they are, also none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => {
        expect(sealer.openBytes(sealer.sealBytes(raw))).toEqual(Buffer.from(raw));
      }),
    );
  });

  it('are one buffer: version 1, length of the key id, key id, nonce, ciphertext and tag', () => {
    const box = sealer.sealBytes(Buffer.from('abc'));
    expect(box.subarray(0, 5)).toEqual(Buffer.from('\x01\x03dev', 'latin1'));
    expect(box.length).toBe(5 + 12 + 3 + 16);
  });

  it('open from a view into a larger buffer', () => {
    const box = sealer.sealBytes(Buffer.from('abc'));
    const larger = new Uint8Array(box.length + 7);
    larger.set(box, 7);
    expect(sealer.openBytes(larger.subarray(7))).toEqual(Buffer.from('abc'));
  });

  it('are refused after any one bit changed', () => {
    const box = sealer.sealBytes(Buffer.from('abc'));
    for (let bit = 0; bit < box.length * 8; bit++)
      expect(codeOf(() => sealer.openBytes(flipped(box, bit)))).not.toBe('opened');
  });

  it('are refused when cut anywhere, and when they are no box, without any other error', () => {
    const box = sealer.sealBytes(Buffer.from('abc'));
    for (let length = 0; length < box.length; length++)
      expect(codeOf(() => sealer.openBytes(box.subarray(0, length)))).not.toBe('opened');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => codeOf(() => sealer.openBytes(raw)) !== 'opened'));
  });

  it('and identifiers are two kinds of box: neither opens as the other', () => {
    const { sealed, ...named } = sealer.seal(marked);
    const asBytes = Buffer.concat([Buffer.from('\x01\x03dev', 'latin1'), sealed.nonce, sealed.ciphertext]);
    expect(codeOf(() => sealer.openBytes(asBytes))).toBe('tampered');
    const bytes = sealer.sealBytes(Buffer.from(marked.value));
    const asIdentifier = { keyId: 'dev', nonce: bytes.subarray(5, 17), ciphertext: bytes.subarray(17) };
    expect(codeOf(() => sealer.open('shop', { ...named, sealed: asIdentifier }))).toBe('tampered');
  });
});

describe('a SealingError', () => {
  it('carries a code and no data', () => {
    const box = sealer.seal(marked);
    try {
      sealer.open('other', box);
    } catch (error) {
      const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? String(error.cause) : ''}`;
      expect(shown).not.toContain('marked');
      expect(shown).not.toContain(box.ref);
      expect(error).toMatchObject({ name: 'SealingError', code: 'tampered' });
    }
    expect.assertions(3);
  });
});
