/** Discovery as its handlers do it, without servers: under keys that change while things happen. Real names and boxes. */
import { createSecretKey } from 'node:crypto';
import type { EventOf } from '@lethe/contracts';
import {
  type Key,
  type KeyRing,
  registerHashes,
  registerNameOf,
  rewrapped,
  type Sealer,
  sealerOf,
} from '@lethe/identity';
import { type NamedIdentity, namesOf, pairsOf } from './alias.ts';
import {
  heardOrder,
  mergeEntries,
  registeredNames,
  type RegisterEntry,
  registerEntries,
  renamedEntry,
  standingOf,
} from './erasure-register.ts';
import { type Found, foundFrom, identifiersToRegister } from './found.ts';
import { aliasOf } from './link.ts';
import { barrierNeed, isOpen, type LocationCommand, type LocationState, subjectLocation } from './location.ts';
import { mergeObserved, observe, type Observed } from './observation.ts';
import { longestWalk, startWalk, step } from './subject.ts';

const keyOf = (id: string, fill: number): Key => ({ id, key: createSecretKey(Buffer.alloc(32, fill)) });
const ringOf = (active: Key, ...older: readonly Key[]): KeyRing => ({
  active,
  byId: new Map([active, ...older].map((key) => [key.id, key])),
});
const [p1, p2, r1, r2, s1, s2] = [
  keyOf('p1', 1),
  keyOf('p2', 2),
  keyOf('r1', 3),
  keyOf('r2', 4),
  keyOf('s1', 5),
  keyOf('s2', 6),
];
const [peppersBefore, peppersAfter] = [ringOf(p1), ringOf(p2, p1)];
const [registerBefore, registerAfter] = [ringOf(r1), ringOf(r2, r1)];
const [sealingBefore, sealingAfter] = [ringOf(s1), ringOf(s2, s1)];

/** Which list of keys a process was started with. */
export type Keys = 'before' | 'after';
const intake: Readonly<Record<Keys, Sealer>> = {
  before: sealerOf({ sealing: sealingBefore, peppers: peppersBefore }),
  after: sealerOf({ sealing: sealingAfter, peppers: peppersAfter }),
};
/** One that does not know the sealing key of a box waits until it does, so here all of them do. */
const discovery: Readonly<Record<Keys, Sealer>> = {
  before: sealerOf({ sealing: sealingAfter, peppers: peppersBefore }),
  after: sealerOf({ sealing: sealingAfter, peppers: peppersAfter }),
};

export type Happening = { readonly intake: Keys; readonly discovery: Keys } & (
  | {
      readonly what: 'observed';
      readonly values: readonly { readonly value: string; readonly links: boolean }[];
      readonly system: string;
      readonly at: number;
    }
  | { readonly what: 'accepted'; readonly values: readonly string[] }
  | { readonly what: 'ordered'; readonly system: string }
  | { readonly what: 'polled' }
  | { readonly what: 'closed' }
  /** The register moves on to r2, from here on; every second entry stays behind until the next time. */
  | { readonly what: 'rewrapped' }
  /** Identifiers of the index get their names under the active pepper. */
  | { readonly what: 'renewed' }
);

const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const controller = 'shop';
/** A case begins to erase here; what is reported at 1 comes before, at 3 after it. */
const time = (at: number): Date => new Date(Date.UTC(2026, 2, 1, 12, at));
const cutOff = time(2);

export interface World {
  index: Observed;
  readonly entries: Map<string, RegisterEntry>;
  location: LocationState;
  register: KeyRing;
  /** What was told, by value: what teams would be asked to erase, and where the subject was seen. */
  readonly told: {
    readonly values: readonly string[];
    readonly systems: readonly string[];
    readonly complete: boolean;
  }[];
  /** How each observation stood to the erasure. */
  readonly standings: string[];
}

export function begun(): World {
  return {
    index: { identities: [], links: [], footprints: [] },
    entries: new Map(),
    location: subjectLocation.initial,
    register: registerBefore,
    told: [],
    standings: [],
  };
}

export function happen(world: World, happening: Happening): void {
  switch (happening.what) {
    case 'observed':
      observed(world, happening);
      break;
    case 'accepted':
      if (world.location.beganAt === null) accepted(world, happening);
      break;
    case 'ordered': {
      const order = { system: happening.system, sentAt: cutOff, eraseThrough: cutOff };
      for (const [id, entry] of world.entries) world.entries.set(id, heardOrder(entry, order));
      decide(world, { type: 'NoteOrderSent', ...order });
      break;
    }
    case 'polled':
      poll(world);
      break;
    case 'closed':
      decide(world, { type: 'EndLocation' });
      break;
    case 'rewrapped':
      world.register = registerAfter;
      rewrapSome(world);
      break;
    case 'renewed':
      renew(world);
      break;
  }
}

function accepted(world: World, { values, ...by }: Extract<Happening, { what: 'accepted' }>): void {
  const sealed = values.map((value) => intake[by.intake].seal({ controller, type: 'email', value }));
  const found = walk(
    world.index,
    sealed.map((identity) => named(identity, by.discovery)),
  );
  register(world, found.identifiers);
  decide(world, { type: 'BeginLocation', requestId, controller, found });
}

function named(identity: NamedIdentity, keys: Keys): NamedIdentity {
  return { ...identity, aliases: discovery[keys].aliasesOf(controller, identity) };
}

function observed(world: World, happening: Extract<Happening, { what: 'observed' }>): void {
  const { system, at, values } = happening;
  const event: EventOf<'SubjectObserved'> = {
    controller,
    feed: `${system}/rows`,
    system,
    dataset: 'rows',
    operation: 'upsert',
    identities: values.map(({ value, links }) => ({
      ...intake[happening.intake].seal({ controller, type: 'email', value }),
      links,
    })),
    establishes: false,
    earliestOccurredAt: time(at),
    occurredAt: time(at),
    reportedAt: time(at),
  };
  const seen = observe(event, (identity) => discovery[happening.discovery].aliasesOf(controller, identity));
  const hashes = new Set(seen.identities.flatMap(namesOf).flatMap((name) => registerHashes(world.register, name)));
  const entries = [...world.entries.values()].filter(({ hash }) => hashes.has(hash));
  const standings = new Set(entries.map((entry) => standingOf(entry, event)));
  world.standings.push([...standings].sort().join());
  const after = mergeObserved([world.index, seen]);
  if (entries.some((entry) => standingOf(entry, event) !== 'after_cut_off') && isOpen(world.location)) {
    const found = walk(after, world.location.found.identifiers);
    register(world, identifiersToRegister(world.location.found, found));
    decide(world, { type: 'NoteGrowth', found });
  }
  world.index = after;
}

function walk(index: Observed, asked: readonly NamedIdentity[]): Found {
  let at = startWalk(asked.flatMap(namesOf), longestWalk, pairsOf(asked));
  while (at.frontier.length > 0) at = step(at, index.links);
  return foundFrom({
    asked,
    known: index.identities.filter(({ ref }) => at.refs.includes(ref)),
    footprints: index.footprints.filter(({ ref }) => at.refs.includes(ref)),
    same: at.same,
    capped: at.capped,
  });
}

function register(world: World, identifiers: readonly NamedIdentity[]): void {
  const names = registeredNames(identifiers, (ref) => registerNameOf(world.register, ref));
  for (const entry of registerEntries(names, requestId, time(0), world.location.erasing)) {
    if (!world.entries.has(entry.id)) world.entries.set(entry.id, entry);
  }
}

function rewrapSome(world: World): void {
  for (const [at, entry] of [...world.entries.values()].entries()) {
    const name = at % 2 === 0 ? rewrapped(world.register, entry) : null;
    if (name === null) continue;
    const moved = renamedEntry(entry, name);
    const there = world.entries.get(moved.id);
    world.entries.delete(entry.id);
    world.entries.set(moved.id, there === undefined ? moved : mergeEntries(moved, there));
  }
}

function renew(world: World): void {
  for (const identity of world.index.identities) {
    const { aliases = [] } = named(identity, 'after');
    const links = aliases.map((alias) => aliasOf(identity.ref, alias, time(0)));
    world.index = mergeObserved([world.index, { identities: [], links, footprints: [] }]);
    const hashes = registerHashes(world.register, identity.ref);
    for (const entry of [...world.entries.values()].filter(({ hash }) => hashes.includes(hash))) {
      for (const alias of aliases) {
        const twin = renamedEntry(entry, registerNameOf(world.register, alias));
        if (!world.entries.has(twin.id)) world.entries.set(twin.id, twin);
      }
    }
  }
}

function poll(world: World): void {
  for (let turns = 0; turns < 10; turns += 1) {
    const need = barrierNeed(world.location);
    if (need === null) return;
    const { turn } = need;
    if (need.need === 'walk') {
      const found = walk(world.index, world.location.found.identifiers);
      register(world, identifiersToRegister(world.location.found, found));
      decide(world, { type: 'WalkAgain', turn, found });
    } else if (need.need === 'feed_ends' || need.need === 'observation_ends') {
      decide(world, { type: 'HearBarrier', turn, fact: { need: need.need, ends: [] } });
    } else {
      decide(world, { type: 'HearBarrier', turn, fact: { need: need.need, positions: [], topics: [] } });
    }
  }
}

function decide(world: World, command: LocationCommand): void {
  for (const event of subjectLocation.decide(world.location, command, time(0))) {
    world.location = subjectLocation.evolve(world.location, event);
    if (event.event !== 'SubjectLocated') continue;
    world.told.push({
      values: event.identifiers.map((identity) => discovery.after.open(controller, identity)).sort(),
      systems: event.footprints.map(({ system }) => system),
      complete: event.complete,
    });
  }
}
