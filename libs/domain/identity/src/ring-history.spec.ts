import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Key, KeyRing } from './key-ring.ts';
import { remembered, type RingChange, ringChange, type RingHistory, serves, withoutRetired } from './ring-history.ts';

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
const change = (history: RingHistory | null, ring: KeyRing, ordered = true): RingChange =>
  ringChange(history, ring, { variable: 'KEYS', ordered });
const idsOf = (outcome: RingChange) =>
  outcome.ok
    ? {
        ring: outcome.history.ring.map(({ id }) => id),
        retired: outcome.history.retired.map(({ id }) => id),
        absent: outcome.absent,
      }
    : outcome.problems;

describe('a list of keys', () => {
  it('is taken as it is by a store that remembers none', () => {
    expect(idsOf(change(null, ringOf('p2', 'p1')))).toEqual({ ring: ['p2', 'p1'], retired: [], absent: [] });
  });

  it.each([
    ['the same', ['p1'], ['p1'], { ring: ['p1'], retired: [], absent: [] }],
    ['a new one at the front', ['p1'], ['p2', 'p1'], { ring: ['p2', 'p1'], retired: [], absent: [] }],
    ['the last taken out', ['p2', 'p1'], ['p2'], { ring: ['p2'], retired: ['p1'], absent: ['p1'] }],
    ['one in the middle', ['p3', 'p2', 'p1'], ['p3', 'p1'], { ring: ['p3', 'p1'], retired: ['p2'], absent: ['p2'] }],
    ['another alone', ['p1'], ['p2'], { ring: ['p2'], retired: ['p1'], absent: ['p1'] }],
  ])('may be %s; what is absent is to be looked for', (_, before, now, outcome) => {
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
  ])('may not have a new key %s', (_, before, now, problems) => {
    expect(idsOf(change(known(before), ringOf(...now)))).toEqual(problems);
  });

  it('may be the one of before, in a process that starts again: nothing is retired by that', () => {
    const history = known(['p3', 'p2', 'p1']);
    expect(change(history, ringOf('p2', 'p1'))).toEqual({ ok: true, history, absent: ['p3'], ahead: ['p3'] });
    expect(change(history, ringOf('p1'))).toEqual({ ok: true, history, absent: ['p3', 'p2'], ahead: ['p3', 'p2'] });
  });

  it('may have any order where a box says which key it is under', () => {
    expect(idsOf(change(known(['s1']), ringOf('s1', 's2'), false))).toEqual({
      ring: ['s1', 's2'],
      retired: [],
      absent: [],
    });
    expect(idsOf(change(known(['s2'], ['s1']), ringOf('s2', 's1'), false))).toEqual({
      ring: ['s2', 's1'],
      retired: [],
      absent: [],
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
    expect(idsOf(change(history, ring))).toEqual({ ring: ['p3', 'p1'], retired: ['p2'], absent: [] });
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
