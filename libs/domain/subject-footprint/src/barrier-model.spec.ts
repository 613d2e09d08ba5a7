/**
 * The barrier in a model of its world: a feed, intake, observations, discovery and a poller that take turns in any
 * order. Whatever was published before the request was accepted is in the complete location.
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
  /** What a poller has read and not said yet. */
  held: LocationCommand | null;
}

type Move =
  | { readonly move: 'publish'; readonly partition: number; readonly pair: readonly string[] }
  | { readonly move: 'intake' | 'discovery'; readonly partition: number }
  | { readonly move: 'read' | 'say' };

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

/** Reads the next record of a partition, if there is one. */
function next(logs: readonly (readonly Observation[])[], at: number[], partition: number): Observation | undefined {
  const record = logs[partition]?.[at[partition] ?? 0];
  if (record !== undefined) at[partition] = (at[partition] ?? 0) + 1;
  return record;
}

function apply(world: World, move: Move): void {
  switch (move.move) {
    case 'publish':
      world.feed[move.partition]?.push(joining(move.pair));
      return;
    case 'intake': {
      // Passed on to whichever partition its first ref says, then committed.
      const record = next(world.feed, world.intake, move.partition);
      if (record !== undefined) world.observations[refs.indexOf(record.identities[0]?.ref ?? '') % 2]?.push(record);
      return;
    }
    case 'discovery': {
      const record = next(world.observations, world.discovery, move.partition);
      if (record === undefined) return;
      world.index = mergeObserved([world.index, observe(record)]);
      if (record.identities.some(({ ref }) => world.registered.has(ref))) {
        decide(world, { type: 'NoteGrowth', found: walk(world.index) });
      }
      return;
    }
    case 'read':
      world.held = read(world);
      return;
    case 'say':
      if (world.held !== null) decide(world, world.held);
      world.held = null;
  }
}

const partition = fc.constantFrom(...partitions);
const publish = fc.record({
  move: fc.constant('publish' as const),
  partition,
  pair: fc.shuffledSubarray(refs, { minLength: 2, maxLength: 2 }),
});
const aMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: publish },
  { weight: 3, arbitrary: fc.record({ move: fc.constantFrom('intake' as const, 'discovery' as const), partition }) },
  { weight: 4, arbitrary: fc.record({ move: fc.constantFrom('read' as const, 'say' as const) }) },
);

/** Everybody takes turns until nothing moves. */
function settle(world: World): void {
  for (let round = 0; round < 200 && world.location.state !== 'complete'; round += 1) {
    for (const each of partitions) {
      apply(world, { move: 'intake', partition: each });
      apply(world, { move: 'discovery', partition: each });
    }
    apply(world, { move: 'read' });
    apply(world, { move: 'say' });
  }
}

describe(`the locating barrier (seed ${seed})`, () => {
  it('is complete only with everything that was published before the request was accepted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 2, arbitrary: publish }, { weight: 3, arbitrary: aMove }), { maxLength: 15 }),
        fc.array(aMove, { maxLength: 80 }),
        (before, after) => {
          const empty: Observed = { identities: [], links: [], footprints: [] };
          const world: World = {
            feed: [[], []],
            observations: [[], []],
            intake: [0, 0],
            discovery: [0, 0],
            index: empty,
            location: subjectLocation.initial,
            registered: new Set(),
            held: null,
          };
          for (const move of before) apply(world, move);
          const published = mergeObserved(world.feed.flat().map(observe));
          decide(world, { type: 'BeginLocation', requestId, controller: 'shop', found: walk(world.index) });

          let completeWith: readonly string[] | null = null;
          const watch = (): void => {
            if (world.location.state !== 'complete') return;
            completeWith ??= world.location.found.identifiers.map(({ ref }) => ref);
          };
          for (const move of after) {
            apply(world, move);
            watch();
          }
          settle(world);
          watch();

          const owed = walk(published).identifiers.map(({ ref }) => ref);
          expect(completeWith).toEqual(expect.arrayContaining(owed));
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });
});
