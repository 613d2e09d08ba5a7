import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coalescer } from './coalescer.ts';

interface Sighting {
  readonly who: string;
  readonly offsets: readonly number[];
}

const merged = (capacity = 100, windowMs = 30) =>
  coalescer<Sighting>({
    windowMs,
    capacity,
    key: ({ who }) => who,
    merge: (held, later) => ({ who: held.who, offsets: [...held.offsets, ...later.offsets] }),
  });
const seen = (who: string, offset: number): Sighting => ({ who, offsets: [offset] });

describe('coalescer', () => {
  it('lets the first sighting out at once and holds its repeats until the window ends', () => {
    const held = merged();
    expect(held.take(seen('a', 1), 1, 0)).toBe(true);
    held.acknowledged(seen('a', 1), 0);
    expect(held.take(seen('a', 2), 2, 10)).toBe(false);
    expect(held.take(seen('a', 3), 3, 20)).toBe(false);
    expect(held.oldest()).toBe(2);
    expect(held.ripe(29, false)).toEqual([]);
    expect(held.ripe(30, false)).toEqual([{ who: 'a', offsets: [2, 3] }]);
    held.sent(held.ripe(30, false), 30);
    expect(held.oldest()).toBeNull();
    expect(held.take(seen('a', 4), 4, 59)).toBe(false); // sending begins a window of its own
  });

  it('makes an entry only after the acknowledgement: a first sighting that failed is a first sighting again', () => {
    const held = merged();
    expect(held.take(seen('a', 1), 1, 0)).toBe(true);
    expect(held.take(seen('a', 1), 1, 1)).toBe(true);
    expect(held.held()).toBe(0);
  });

  it('forgets the oldest beyond its capacity, but nothing that is held', () => {
    const held = merged(2);
    for (const who of ['a', 'b']) held.acknowledged(seen(who, 1), 0);
    held.take(seen('a', 2), 2, 1);
    for (const who of ['c', 'd']) held.acknowledged(seen(who, 3), 2);
    expect(held.ripe(2, true)).toEqual([{ who: 'a', offsets: [2] }]);
    expect(held.take(seen('b', 4), 4, 3)).toBe(true); // forgotten
    expect(held.take(seen('d', 5), 5, 3)).toBe(false);
  });

  it('never drops: whatever is taken is sent, or held with its offset not behind the oldest', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd'), fails: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ everything: fc.boolean(), fails: fc.boolean() }) },
    );
    const paced = fc.tuple(step, fc.nat({ max: 25 }));
    fc.assert(
      fc.property(fc.array(paced, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (steps, capacity) => {
        const held = merged(capacity);
        const sent = new Set<number>();
        const taken: number[] = [];
        let now = 0;
        for (const [at, [what, passes]] of steps.entries()) {
          now += passes;
          if ('who' in what) {
            const event = seen(what.who, at);
            const first = held.take(event, at, now);
            if (!first) taken.push(at);
            else if (!what.fails) {
              taken.push(at);
              sent.add(at);
              held.acknowledged(event, now);
            }
          } else if (!what.fails) {
            const ripe = held.ripe(now, what.everything);
            for (const { offsets } of ripe) for (const offset of offsets) sent.add(offset);
            held.sent(ripe, now);
          }
          const unsent = taken.filter((offset) => !sent.has(offset));
          expect(held.oldest()).toBe(unsent[0] ?? null);
        }
        for (const { offsets } of held.ripe(now, true)) for (const offset of offsets) sent.add(offset);
        expect([...sent].sort((a, b) => a - b)).toEqual(taken);
      }),
      { seed: 15_073, numRuns: 500 },
    );
  });
});
