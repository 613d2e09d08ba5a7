/**
 * The barrier in a model of its world: a feed, intake, observations, discovery and a poller that take turns in any
 * order. Whatever was published before the request was accepted is in the complete location, and what came later is
 * seen against the register, although a transaction does not see what was registered since it began.
 */
import { describe, expect, it } from '@jest/globals';
import type { EventOf, SealedIdentity } from '@lethe/contracts';
import fc from 'fast-check';
import type { BarrierFact, LogEnd, Position } from './barrier.ts';
import { foundFrom, type Found } from './found.ts';
import { barrierNeed, subjectLocation, type LocationCommand, type LocationState } from './location.ts';
import { mergeObserved, observe, type Observed } from './observation.ts';
import { startWalk, step } from './subject.ts';

const seed = 541_909;
const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const now = new Date('2026-03-01T12:00:00.000Z');
const refs = ['a', 'b', 'c', 'd', 'e'].map((name) => `p1.${name}`);
const partitions = [0, 1] as const;

type Observation = EventOf<'SubjectObserved'>;
const box = { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(16) };
const joining = (pair: readonly string[]): Observation => ({
  controller: 'shop',
  feed: 'accounts/rows',
  system: 'accounts',
  dataset: 'rows',
  operation: 'upsert',
  identities: pair.map((ref) => ({ type: 'email', ref, sealed: box, links: true })),
  establishes: true,
  earliestOccurredAt: now,
  occurredAt: now,
  reportedAt: now,
});

/** The world: two logs of two partitions each, how far each reader is, the index, the register, and the record. */
interface World {
  readonly feed: readonly Observation[][];
  readonly observations: readonly Observation[][];
  readonly intake: number[];
  readonly discovery: number[];
  index: Observed;
  location: LocationState;
  readonly registered: Set<string>;
  /** Per partition, discovery's open transaction: what it read, with register and index as they stood when it began. */
  readonly open: (Open | null)[];
  /** What a poller has read and not said yet. */
  held: LocationCommand | null;
}

interface Open {
  readonly record: Observation;
  readonly registered: ReadonlySet<string>;
  readonly index: Observed;
}

type Move =
  | { readonly move: 'publish'; readonly partition: number; readonly pair: readonly string[] }
  | { readonly move: 'intake' | 'begin' | 'commit'; readonly partition: number }
  | { readonly move: 'read' | 'say' | 'poll' };

const nothing: Found = { identifiers: [], footprints: [], capped: false };
const asked: SealedIdentity = { type: 'email', ref: 'p1.a', sealed: box };

function walk(index: Observed): Found {
  let at = startWalk([asked.ref]);
  while (at.frontier.length > 0) at = step(at, index.links);
  const known = index.identities.filter(({ ref }) => at.refs.includes(ref));
  const footprints = index.footprints.filter(({ ref }) => at.refs.includes(ref));
  return foundFrom({ asked: [asked], known, footprints, capped: at.capped });
}

/** One transaction of discovery: the command, and the refs that it publishes registered with it. */
function decide(world: World, command: LocationCommand): void {
  for (const event of subjectLocation.decide(world.location, command, now)) {
    world.location = subjectLocation.evolve(world.location, event);
  }
  for (const { ref } of world.location.found.identifiers) world.registered.add(ref);
}

const refsOf = ({ identifiers }: Found): readonly string[] => identifiers.map(({ ref }) => ref).sort();
const ends = (topic: string, logs: readonly (readonly unknown[])[]): readonly LogEnd[] =>
  logs.map((log, partition) => ({ topic, partition, start: 0, end: log.length }));
const positions = (topic: string, next: readonly number[]): readonly Position[] =>
  next.map((each, partition) => ({ topic, partition, next: each }));

/** Reads what the record needs now; it is said only later, and the world moves in between. */
function read(world: World): LocationCommand | null {
  const need = barrierNeed(world.location);
  if (need === null) return null;
  const { turn } = need;
  if (need.need === 'walk') return { type: 'WalkAgain', turn, found: walk(world.index) };
  return { type: 'HearBarrier', turn, fact: factOf(world, need.need) };
}

function factOf(world: World, need: BarrierFact['need']): BarrierFact {
  switch (need) {
    case 'feed_ends':
      return { need, ends: ends('feed', world.feed) };
    case 'intake_positions':
      return { need, positions: positions('feed', world.intake) };
    case 'observation_ends':
      return { need, ends: ends('observations', world.observations) };
    case 'discovery_positions':
      return { need, positions: positions('observations', world.discovery) };
  }
}

function apply(world: World, move: Move): void {
  const at = 'partition' in move ? move.partition : 0;
  switch (move.move) {
    case 'publish':
      world.feed[at]?.push(joining(move.pair));
      return;
    case 'intake': {
      // Passed on to whichever partition its first ref says, then committed.
      const record = world.feed[at]?.[world.intake[at] ?? 0];
      if (record === undefined) return;
      world.observations[refs.indexOf(record.identities[0]?.ref ?? '') % 2]?.push(record);
      world.intake[at] = (world.intake[at] ?? 0) + 1;
      return;
    }
    case 'begin': {
      const record = world.observations[at]?.[world.discovery[at] ?? 0];
      if (record !== undefined)
        world.open[at] ??= { record, registered: new Set(world.registered), index: world.index };
      return;
    }
    case 'commit': {
      const open = world.open[at] ?? null;
      if (open === null) return;
      world.open[at] = null;
      world.discovery[at] = (world.discovery[at] ?? 0) + 1;
      world.index = mergeObserved([world.index, observe(open.record)]);
      // Snapshots allow write skew: what was registered meanwhile is not seen here.
      if (open.record.identities.some(({ ref }) => open.registered.has(ref))) {
        decide(world, { type: 'NoteGrowth', found: walk(mergeObserved([open.index, observe(open.record)])) });
      }
      return;
    }
    case 'read':
      world.held = read(world);
      return;
    case 'say':
      if (world.held !== null) decide(world, world.held);
      world.held = null;
      return;
    case 'poll':
      for (let turn = 0; turn < 6; turn += 1) decide(world, read(world) ?? { type: 'NoteGrowth', found: nothing });
  }
}

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

/** Everybody takes turns until the location is complete and every log is read to its end. */
function settle(world: World): void {
  for (let round = 0; round < 40; round += 1) {
    for (const each of partitions) {
      apply(world, { move: 'intake', partition: each });
      apply(world, { move: 'begin', partition: each });
      apply(world, { move: 'commit', partition: each });
    }
    apply(world, { move: 'read' });
    apply(world, { move: 'say' });
  }
}

function begun(before: readonly Move[]): World {
  const world: World = {
    feed: [[], []],
    observations: [[], []],
    intake: [0, 0],
    discovery: [0, 0],
    index: { identities: [], links: [], footprints: [] },
    location: subjectLocation.initial,
    registered: new Set(),
    open: [null, null],
    held: null,
  };
  for (const move of before) apply(world, move);
  decide(world, { type: 'BeginLocation', requestId, controller: 'shop', found: walk(world.index) });
  return world;
}

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
          const published = mergeObserved(world.feed.flat().map(observe));
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
});
