/** The world of the barrier's model: who can do what, one move at a time. */
import type { EventOf, SealedIdentity } from '@lethe/contracts';
import type { BarrierFact, LogEnd, Position, TopicIdentity } from './barrier.ts';
import { foundFrom, type Found } from './found.ts';
import { barrierNeed, subjectLocation, type LocationCommand, type LocationState } from './location.ts';
import { mergeObserved, observe, type Observed } from './observation.ts';
import { startWalk, step } from './subject.ts';

const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const now = new Date('2026-03-01T12:00:00.000Z');
export const refs = ['a', 'b', 'c', 'd', 'e'].map((name) => `p1.${name}`);
export const partitions = [0, 1] as const;

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
export interface World {
  readonly feed: readonly Observation[][];
  readonly observations: readonly Observation[][];
  /** Which topic of that name each log is, and which one each reader counts in. */
  readonly topics: { feed: number; observations: number; intake: number; discovery: number };
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
  readonly topic: number;
  readonly record: Observation;
  readonly registered: ReadonlySet<string>;
  readonly index: Observed;
}

export type Move =
  | { readonly move: 'publish'; readonly partition: number; readonly pair: readonly string[] }
  | { readonly move: 'intake' | 'begin' | 'commit'; readonly partition: number }
  | { readonly move: 'read' | 'say' | 'poll' }
  /** Someone deletes a topic and creates it anew; its reader stands still until an operator adopts it. */
  | { readonly move: 'replace'; readonly log: 'feed' | 'observations' }
  | { readonly move: 'adopt' };

const nothing: Found = { identifiers: [], footprints: [], capped: false };
const asked: SealedIdentity = { type: 'email', ref: 'p1.a', sealed: box };

export function walk(index: Observed): Found {
  let at = startWalk([asked.ref]);
  while (at.frontier.length > 0) at = step(at, index.links);
  const known = index.identities.filter(({ ref }) => at.refs.includes(ref));
  const footprints = index.footprints.filter(({ ref }) => at.refs.includes(ref));
  return foundFrom({ asked: [asked], known, footprints, capped: at.capped });
}

/** One transaction of discovery: the command, and the refs that it publishes registered with it. */
export function decide(world: World, command: LocationCommand): void {
  for (const event of subjectLocation.decide(world.location, command, now)) {
    world.location = subjectLocation.evolve(world.location, event);
  }
  for (const { ref } of world.location.found.identifiers) world.registered.add(ref);
}

export const refsOf = ({ identifiers }: Found): readonly string[] => identifiers.map(({ ref }) => ref).sort();
const identityOf = (topic: string, id: number): TopicIdentity => ({ topic, topicId: `${topic}-${id}` });
const ends = (of: TopicIdentity, logs: readonly (readonly unknown[])[]): readonly LogEnd[] =>
  logs.map((log, partition) => ({ ...of, partition, start: 0, end: log.length }));
const positions = (of: TopicIdentity, next: readonly number[]): readonly Position[] =>
  next.map((each, partition) => ({ ...of, partition, next: each }));

/** Reads what the record needs now; it is said only later, and the world moves in between. */
export function read(world: World): LocationCommand | null {
  const need = barrierNeed(world.location);
  if (need === null) return null;
  const { turn } = need;
  if (need.need === 'walk') return { type: 'WalkAgain', turn, found: walk(world.index) };
  return { type: 'HearBarrier', turn, fact: factOf(world, need.need) };
}

function factOf(world: World, need: BarrierFact['need']): BarrierFact {
  const { topics } = world;
  const feed = identityOf('feed', topics.feed);
  const observations = identityOf('observations', topics.observations);
  switch (need) {
    case 'feed_ends':
      return { need, ends: ends(feed, world.feed) };
    case 'intake_positions':
      // Kafka forgets a group's offsets with their topic.
      return { need, positions: topics.intake === topics.feed ? positions(feed, world.intake) : [], topics: [feed] };
    case 'observation_ends':
      return { need, ends: ends(observations, world.observations) };
    case 'discovery_positions': {
      const fence = identityOf('observations', topics.discovery);
      return { need, positions: positions(fence, world.discovery), topics: [observations] };
    }
  }
}

export function apply(world: World, move: Move): void {
  const at = 'partition' in move ? move.partition : 0;
  switch (move.move) {
    case 'publish':
      world.feed[at]?.push(joining(move.pair));
      return;
    case 'intake': {
      // Passed on to whichever partition its first ref says, then committed.
      const record = world.feed[at]?.[world.intake[at] ?? 0];
      if (record === undefined || world.topics.intake !== world.topics.feed) return;
      world.observations[refs.indexOf(record.identities[0]?.ref ?? '') % 2]?.push(record);
      world.intake[at] = (world.intake[at] ?? 0) + 1;
      return;
    }
    case 'begin': {
      const record = world.observations[at]?.[world.discovery[at] ?? 0];
      const topic = world.topics.discovery;
      if (record !== undefined && topic === world.topics.observations)
        world.open[at] ??= { topic, record, registered: new Set(world.registered), index: world.index };
      return;
    }
    case 'commit': {
      const open = world.open[at] ?? null;
      if (open === null) return;
      world.open[at] = null;
      if (open.topic !== world.topics.discovery) return; // the fence does not match
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
      return;
    case 'replace':
      world.topics[move.log] += 1;
      for (const log of world[move.log]) log.length = 0;
      return;
    case 'adopt':
      if (world.topics.intake !== world.topics.feed) world.intake.fill(0);
      if (world.topics.discovery !== world.topics.observations) world.discovery.fill(0);
      world.topics.intake = world.topics.feed;
      world.topics.discovery = world.topics.observations;
  }
}

/** Everybody takes turns until the location is complete and every log is read to its end. */
export function settle(world: World): void {
  apply(world, { move: 'adopt' });
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

export function begun(before: readonly Move[]): World {
  const world: World = {
    feed: [[], []],
    observations: [[], []],
    topics: { feed: 1, observations: 1, intake: 1, discovery: 1 },
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
