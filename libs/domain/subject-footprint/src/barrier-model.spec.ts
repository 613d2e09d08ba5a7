/**
 * The barrier in a model of its world: a feed, intake, observations, discovery and a poller that take turns in any
 * order. Whatever was published before the request was accepted is in the complete location, and what came later is
 * seen against the register, although a transaction does not see what was registered since it began.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  apply,
  begun,
  decide,
  partitions,
  read,
  refs,
  refsOf,
  settle,
  walk,
  type Move,
  type World,
} from './barrier-world.fixture.ts';
import { barrierNeed } from './location.ts';
import { mergeObserved, observe } from './observation.ts';

const seed = 541_909;

const partition = fc.constantFrom(...partitions);
const publish = fc.record({
  move: fc.constant('publish' as const),
  partition,
  pair: fc.shuffledSubarray(refs, { minLength: 2, maxLength: 2 }),
});
const readers = fc.record({ move: fc.constantFrom('intake' as const, 'begin' as const, 'commit' as const), partition });
const poller = fc.constantFrom<Move>({ move: 'read' }, { move: 'say' }, { move: 'poll' });
const aMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: publish },
  { weight: 5, arbitrary: readers },
  { weight: 5, arbitrary: poller },
);

describe(`the locating barrier (seed ${seed})`, () => {
  it('holds everything published before the request was accepted when complete, and misses nothing after', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 2, arbitrary: publish }, { weight: 3, arbitrary: aMove }), {
          maxLength: 15,
          size: 'max',
        }),
        fc.array(aMove, { maxLength: 60, size: 'max' }),
        (before, after) => {
          const world = begun(before);
          const published = mergeObserved(world.feed.flat().map((each) => observe(each)));
          let completeWith: readonly string[] | null = null;
          const watch = (): void => {
            if (world.location.completedAt === null) return;
            completeWith ??= refsOf(world.location.found);
          };
          for (const move of after) {
            apply(world, move);
            watch();
          }
          settle(world);
          watch();

          expect(completeWith).toEqual(expect.arrayContaining([...refsOf(walk(published))]));
          // And nothing slips through beside the register: whatever came later was noticed as growth.
          expect(refsOf(world.location.found)).toEqual(refsOf(walk(world.index)));
        },
      ),
      { seed, numRuns: 400 },
    );
  });

  /** One observation joins d to a, another e to d; both transactions began before d was registered. */
  const skew = (world: World): void => {
    const moves: readonly Move[] = [
      { move: 'publish', partition: 0, pair: ['p1.a', 'p1.d'] },
      { move: 'publish', partition: 1, pair: ['p1.d', 'p1.e'] },
      { move: 'intake', partition: 0 },
      { move: 'intake', partition: 1 },
      { move: 'begin', partition: 0 },
      { move: 'begin', partition: 1 },
      { move: 'commit', partition: 0 },
    ];
    for (const move of moves) apply(world, move);
  };
  const poll = (world: World, turns: number): void => {
    for (let turn = 0; turn < turns; turn += 1) {
      apply(world, { move: 'read' });
      apply(world, { move: 'say' });
    }
  };

  it.each([0, 1, 2, 3, 4, 5])(
    'waits for a transaction that began before growth was registered (%i polls in)',
    (turns) => {
      const world = begun([]);
      poll(world, turns);
      skew(world);
      poll(world, 10);
      apply(world, { move: 'commit', partition: 1 });
      poll(world, 10);
      expect(refsOf(world.location.found)).toEqual(['p1.a', 'p1.d', 'p1.e']);
      expect(world.location.state).toBe('complete');
      expect(barrierNeed(world.location)).toBeNull();
    },
  );

  it('does not take ends that were read before growth was registered', () => {
    const world = begun([]);
    poll(world, 2);
    const slow = read(world);
    skew(world);
    poll(world, 2);
    if (slow !== null) decide(world, slow);
    poll(world, 10);
    apply(world, { move: 'commit', partition: 1 });
    poll(world, 10);
    expect(refsOf(world.location.found)).toEqual(['p1.a', 'p1.d', 'p1.e']);
  });

  it('begins again where a topic was replaced, and is complete once an operator has adopted the new one', () => {
    const replacing: fc.Arbitrary<Move> = fc.oneof(
      fc.record({
        move: fc.constant('replace' as const),
        log: fc.constantFrom('feed' as const, 'observations' as const),
      }),
      fc.constant<Move>({ move: 'adopt' }),
    );
    const moves = fc.array(fc.oneof({ weight: 8, arbitrary: aMove }, { weight: 1, arbitrary: replacing }), {
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.array(publish, { maxLength: 6 }), moves, (before, after) => {
        const world = begun(before);
        for (const move of after) apply(world, move);
        settle(world);
        expect(world.location.state).toBe('complete');
        // What was lost with a topic is lost; nothing that was read is.
        expect(refsOf(world.location.found)).toEqual(refsOf(walk(world.index)));
      }),
      { seed, numRuns: 400 },
    );
  });

  it.each(['feed', 'observations'] as const)('does not wait for offsets of %s that no longer exist', (log) => {
    const world = begun([{ move: 'publish', partition: 0, pair: ['p1.a', 'p1.d'] }]);
    if (log === 'observations') apply(world, { move: 'intake', partition: 0 });
    poll(world, 4);
    const waiting = log === 'feed' ? 'waiting_for_intake' : 'waiting_for_discovery';
    expect(world.location.barrier?.phase).toBe(waiting);
    apply(world, { move: 'replace', log });
    poll(world, 10);
    // A reader that still stands in the old topic may have something to commit.
    if (log === 'observations') expect(world.location.barrier?.phase).toBe(waiting);
    apply(world, { move: 'adopt' });
    poll(world, 10);
    expect(world.location.state).toBe('complete');
  });
});
