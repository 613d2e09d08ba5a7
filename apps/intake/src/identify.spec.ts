import { describe, expect, it } from '@jest/globals';
import type { Sealer } from '@lethe/identity';
import { identifier } from './identify.ts';
import { givenIntake } from './intake.given.ts';

const { catalog, sealer } = givenIntake();

function counting(): { readonly sealer: Sealer; readonly sealed: () => number } {
  let sealed = 0;
  return {
    sealed: () => sealed,
    sealer: {
      ...sealer,
      seal: (clear) => {
        sealed += 1;
        return sealer.seal(clear);
      },
    },
  };
}

describe('identify', () => {
  it('seals a value once, however often it comes', () => {
    const { sealer: counted, sealed } = counting();
    const { identify } = identifier(catalog, counted);
    const first = identify('acme', 'customer_id', 'c-1');
    expect(identify('acme', 'customer_id', 'c-1')).toBe(first);
    expect(sealed()).toBe(1);
  });

  it('keeps controllers and types apart', () => {
    const { identify } = identifier(catalog, sealer);
    const refs = [
      identify('acme', 'customer_id', 'a@example.com'),
      identify('globex', 'customer_id', 'a@example.com'),
      identify('acme', 'email', 'a@example.com'),
    ].map((each) => (each.kind === 'sealed' ? each.identity.ref : each.kind));
    expect(new Set(refs).size).toBe(3);
  });

  it('tells a value that names nobody, one that is unusable, and a type that nobody knows', () => {
    const { identify } = identifier(catalog, sealer);
    expect(identify('acme', 'customer_id', 'null')).toEqual({ kind: 'blocked' });
    expect(identify('acme', 'customer_id', 'null')).toEqual({ kind: 'blocked' });
    expect(identify('acme', 'email', 'nobody')).toEqual({ kind: 'invalid', why: 'not_an_email' });
    expect(identify('acme', 'customer_id', 'x'.repeat(1_000_000))).toEqual({ kind: 'invalid', why: 'too_long' });
    expect(identify('acme', 'constructor', 'x')).toEqual({ kind: 'unknown_type' });
  });
});
