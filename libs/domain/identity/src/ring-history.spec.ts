import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Key, KeyRing } from './key-ring.ts';
import {
  remembered,
  type RingChange,
  ringChange,
  type RingHistory,
  type RingUse,
  serves,
  withoutRetired,
} from './ring-history.ts';

const keyOf = (id: string, fill = id.charCodeAt(1)): Key => ({ id, key: createSecretKey(Buffer.alloc(32, fill)) });
function ringOf(...keys: readonly (Key | string)[]): KeyRing {
  const all = keys.map((key) => (typeof key === 'string' ? keyOf(key) : key));
  const [active] = all;
  if (active === undefined) throw new Error('a ring has a key');
  return { active, byId: new Map(all.map((key) => [key.id, key])) };
}
const known = (ring: readonly string[], retired: readonly string[] = []): RingHistory => ({
  ring: ring.length === 0 ? [] : remembered(ringOf(...ring)),
  retired: retired.length === 0 ? [] : remembered(ringOf(...retired)),
});
const change = (history: RingHistory | null, ring: KeyRing, more: Partial<RingUse> = {}): RingChange =>
  ringChange(history, ring, { variable: 'KEYS', ordered: true, ...more });
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const idsOf = (outcome: RingChange) =>
  outcome.ok ? { ring: ids(outcome.history.ring), retired: ids(outcome.history.retired) } : outcome.problems;
const needing = (needed: Readonly<Record<string, number>>): Partial<RingUse> => ({
  needed: new Map(Object.entries(needed)),
  by: 'names are made with it',
});

describe('a list of keys', () => {
  it('is taken as it is by a store that remembers none', () => {
    expect(idsOf(change(null, ringOf('p2', 'p1')))).toEqual({ ring: ['p2', 'p1'], retired: [] });
  });

  it.each([
    ['the same', ['p1'], ['p1'], { ring: ['p1'], retired: [] }],
    ['a new one at the front', ['p1'], ['p2', 'p1'], { ring: ['p2', 'p1'], retired: [] }],
    ['the last taken out', ['p2', 'p1'], ['p2'], { ring: ['p2'], retired: ['p1'] }],
    ['one in the middle', ['p3', 'p2', 'p1'], ['p3', 'p1'], { ring: ['p3', 'p1'], retired: ['p2'] }],
    ['a new one as the last leaves', ['p2', 'p1'], ['p3', 'p2'], { ring: ['p3', 'p2'], retired: ['p1'] }],
  ])('may be %s', (_, before, now, outcome) => {
    expect(idsOf(change(known(before), ringOf(...now)))).toEqual(outcome);
  });

  it.each([
    ['behind', ['p1'], ['p1', 'p2'], ['KEYS: p2 is new and stands behind p1; a new key goes to the front']],
    [
      'between',
      ['p2', 'p1'],
      ['p2', 'p3', 'p1'],
      ['KEYS: p3 is new and stands behind p2; a new key goes to the front'],
    ],
    ['in places changed', ['p2', 'p1'], ['p1', 'p2'], ['KEYS: the order was p2, p1 and may not change']],
  ])('may not have a new key %s', (_, before, now, [problem]) => {
    expect(idsOf(change(known(before), ringOf(...now)))).toContain(problem);
  });

  it('may not be the one of before: names made with a newer key would be strange to it', () => {
    const history = known(['p3', 'p2', 'p1']);
    expect(idsOf(change(history, ringOf('p2', 'p1')))).toEqual(['KEYS: p3 is in use already; put it at the front']);
    expect(idsOf(change(history, ringOf('p1')))).toEqual(['KEYS: p3, p2 is in use already; put it at the front']);
  });

  it('may not lose the active key in the step that brings a newer one: others make names with it', () => {
    expect(idsOf(change(known(['p2', 'p1']), ringOf('p3')))).toEqual([
      'KEYS: p2 was active until now and leaves one step later; first p3, p2, p1 everywhere',
    ]);
    expect(idsOf(change(known(['s1']), ringOf('s2'), { ordered: false }))).toEqual({ ring: ['s2'], retired: ['s1'] });
  });

  it('may not lose a key from between others where names move on from each to the next', () => {
    const history = known(['r3', 'r2', 'r1']);
    expect(idsOf(change(history, ringOf('r3', 'r1'), { chained: true }))).toEqual([
      'KEYS: r2 cannot leave before the older ones behind it; put it back: r3, r2, r1',
    ]);
    expect(idsOf(change(history, ringOf('r3', 'r2'), { chained: true }))).toMatchObject({ ring: ['r3', 'r2'] });
    expect(idsOf(change(history, ringOf('r3'), { chained: true }))).toEqual({ ring: ['r3'], retired: ['r2', 'r1'] });
  });

  it('may not lose what is needed: what to write is told as the whole list, which is then admitted', () => {
    const history = known(['p2'], ['p1']);
    const use = needing({ p2: 7, p1: 2 });
    expect(idsOf(change(history, ringOf('p3', 'p2'), use))).toEqual([
      'KEYS: p1 is missing, and 2 names are made with it; put it back: p3, p2, p1',
    ]);
    expect(idsOf(change(history, ringOf('p3', 'p2', 'p1'), use))).toEqual({ ring: ['p3', 'p2', 'p1'], retired: [] });
    // Nobody remembers it: then the store has been filled by somebody else, or before.
    expect(idsOf(change(null, ringOf('p2'), use))).toEqual([
      'KEYS: p1 is missing, and 2 names are made with it; put it back: p2, p1',
    ]);
  });

  it('takes a retired key back that is needed after all, and no other one', () => {
    const history = known(['p3'], ['p2', 'p1']);
    const outcome = change(history, ringOf('p3', 'p2', 'p1'), needing({ p3: 1, p1: 1, p2: 0 }));
    expect(idsOf(outcome)).toEqual({ ring: ['p3', 'p1'], retired: ['p2'] });
    if (!outcome.ok) return;
    expect([...withoutRetired(ringOf('p3', 'p2', 'p1'), outcome.history).byId.keys()]).toEqual(['p3', 'p1']);
    expect(serves(outcome.history, remembered(ringOf('p3')))).toBe(false);
  });

  it('may have any order where a box says which key it is under', () => {
    const boxes = { ordered: false };
    expect(idsOf(change(known(['s1']), ringOf('s1', 's2'), boxes))).toEqual({ ring: ['s1', 's2'], retired: [] });
    expect(idsOf(change(known(['s2'], ['s1']), ringOf('s2', 's1'), boxes))).toEqual({
      ring: ['s2', 's1'],
      retired: [],
    });
  });

  it('may not hold another key under a known id, nor say which', () => {
    const other = keyOf('p1', 9);
    const outcome = change(known(['p1']), ringOf(other));
    expect(idsOf(outcome)).toEqual(['KEYS: p1 is another key than the p1 of before; a new key needs a new id']);
    expect(idsOf(change(known(['p2'], ['p1']), ringOf('p2', other)))).toHaveLength(1);
    const secret = other.key.export();
    for (const shown of [JSON.stringify(outcome), JSON.stringify(remembered(ringOf(other)))]) {
      expect(shown).not.toContain(secret.toString('base64'));
      expect(shown).not.toContain(secret.toString('hex'));
    }
  });

  it('may still hold a retired key behind the others, and never makes a name with it again', () => {
    const history = known(['p3', 'p1'], ['p2']);
    const ring = ringOf('p3', 'p2', 'p1');
    expect(idsOf(change(history, ring))).toEqual({ ring: ['p3', 'p1'], retired: ['p2'] });
    expect([...withoutRetired(ring, history).byId.keys()]).toEqual(['p3', 'p1']);
    expect(idsOf(change(history, ringOf('p2', 'p3', 'p1')))).toEqual([
      'KEYS: p2 was retired and cannot become active again',
    ]);
  });
});

describe('a process', () => {
  const running = (...ids: readonly string[]) => remembered(ringOf(...ids));

  it('goes on with the keys that the store is kept under, and with older ones behind them', () => {
    expect(serves(known(['r1']), running('r1'))).toBe(true);
    expect(serves(known(['r2'], ['r1']), running('r2', 'r1'))).toBe(true);
  });

  it('waits when another has brought a newer key, or taken one out of the middle', () => {
    expect(serves(known(['r2', 'r1']), running('r1'))).toBe(false);
    expect(serves(known(['r3', 'r1'], ['r2']), running('r3', 'r2', 'r1'))).toBe(false);
  });
});
