/**
 * Somewhere, data of someone was seen. The index learns it; while an erasure's location is open, it grows by what was
 * reported before the erasure began there; what comes after that is counted (follow-up orders are not this release's).
 */
import { pepperOf } from '@lethe/identity';
import type { Arrived, BulkWrite, Reader } from '@lethe/service';
import {
  type Found,
  identifiersToRegister,
  isOpen,
  type Link,
  linksUnregistered,
  type LocationState,
  mergeObserved,
  namesOf,
  type Observed,
  observe,
  type RegisterEntry,
  registerEntries,
  registeredNames,
  standingOf,
} from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { walkSubject } from '../locating/walk-subject.ts';
import type { Names } from '../names.ts';
import { observedAfterCutOff, observedUnregistered } from '../metrics.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { footprints } from '../store/footprints.ts';
import { type Held, identities } from '../store/identities.ts';
import { links } from '../store/links.ts';
import { locations } from '../store/locations.ts';

type Observations = Arrived<DiscoveryContext, 'SubjectObserved'>;
type EntriesByRef = ReadonlyMap<string, readonly RegisterEntry[]>;
type States = ReadonlyMap<string, LocationState>;

interface Growth {
  readonly requestId: string;
  readonly state: LocationState;
  readonly found: Found;
}

interface Seen {
  readonly observed: Observed;
  /** What is held for each ref and its aliases. */
  readonly held: ReadonlyMap<string, Held>;
  readonly entries: EntriesByRef;
  /** Of the requests that these observations belong to as far as their time goes. */
  readonly states: States;
  readonly growth: readonly Growth[];
}

export const subjectObserved = inBulk('SubjectObserved', {
  read: async (arrived: Observations, reader): Promise<Seen> => {
    const observed = mergeObserved(arrived.map(observedIn));
    const held = await identities.held(reader, observed.identities.flatMap(namesOf));
    const entries = await entriesByRef(arrived, observed, reader);
    const inTime = arrived.flatMap(({ event }) =>
      entriesOf(event, entries).filter((entry) => standingOf(entry, event) !== 'after_cut_off'),
    );
    const states = await reader.states(locations, [...new Set(inTime.map(({ requestId }) => requestId))]);
    return { observed, held, entries, states, growth: await growthOf(states, observed, reader) };
  },
  decide: (arrived, { observed, held, entries, states, growth }, now) => {
    const names = arrived[0]?.given.names;
    if (names === undefined) return {};
    return {
      writes: [
        ...observed.identities.flatMap((identity) => identities.add(identity, held, names.rings.sealing.active.id)),
        ...observed.links.filter((link) => !isKnownAlias(link, held)).map(links.add),
        ...observed.footprints.map(footprints.seen),
        ...growth.flatMap((each) => registered(each, names, now)),
      ],
      commands: growth.map(({ requestId, found }) => locations.command(requestId, { type: 'NoteGrowth', found })),
      counts: [
        [observedAfterCutOff, afterCutOff(arrived, entries)],
        [observedUnregistered, tooLateToGrow(arrived, entries, states)],
      ],
    };
  },
});

function observedIn({ event, given }: Observations[number]): Observed {
  return observe(event, (identity) => given.names.aliasesOf(event.controller, identity));
}

/** Both its names are held and say so: the link is there. */
function isKnownAlias({ a, b, same }: Link, held: ReadonlyMap<string, Held>): boolean {
  if (same !== true) return false;
  const says = (one: string, other: string): boolean =>
    held.get(one)?.alsoUnder.includes(pepperOf(other)) ?? !held.has(one);
  return (held.has(a) || held.has(b)) && says(a, b) && says(b, a);
}

/** An entry is known by whichever name it was made under, for every name that the identifier is seen under. */
async function entriesByRef(
  arrived: Observations,
  { identities: seen }: Observed,
  reader: Reader,
): Promise<EntriesByRef> {
  const [first] = arrived;
  if (first === undefined) return new Map();
  const { names } = first.given;
  await names.checkKeys(reader);
  // Two of these may be one identifier under two names: the entry is both's.
  const refsOf = new Map<string, string[]>();
  for (const identity of seen) {
    for (const hash of namesOf(identity).flatMap(names.registerHashes)) {
      refsOf.set(hash, [...(refsOf.get(hash) ?? []), identity.ref]);
    }
  }
  const byRef = new Map<string, RegisterEntry[]>();
  for (const entry of await erasureRegister.withHashes(reader, [...refsOf.keys()])) {
    for (const ref of refsOf.get(entry.hash) ?? []) byRef.set(ref, [...(byRef.get(ref) ?? []), entry]);
  }
  return byRef;
}

function entriesOf({ identities: named }: Observations[number]['event'], entries: EntriesByRef) {
  return entries.size === 0 ? [] : named.flatMap(({ ref }) => entries.get(ref) ?? []);
}

/** What each location that is still open finds with these observations. */
async function growthOf(states: States, observed: Observed, reader: Reader): Promise<readonly Growth[]> {
  const growth: Growth[] = [];
  for (const [requestId, state] of states) {
    if (!isOpen(state)) continue;
    growth.push({ requestId, state, found: await walkSubject(reader, state.found.identifiers, observed) });
  }
  return growth;
}

function registered({ requestId, state, found }: Growth, { registerName }: Names, now: Date): readonly BulkWrite[] {
  const names = registeredNames(identifiersToRegister(state.found, found), registerName);
  return registerEntries(names, requestId, now, state.erasing).map(erasureRegister.add);
}

function afterCutOff(arrived: Observations, entries: EntriesByRef): number {
  return arrived.filter(({ event }) =>
    entriesOf(event, entries).some((entry) => standingOf(entry, event) === 'after_cut_off'),
  ).length;
}

/** Sightings that an order should have covered, of an identifier that none named: the case was closed before they came. */
function tooLateToGrow(arrived: Observations, entries: EntriesByRef, states: States): number {
  return arrived.filter(({ event }) =>
    entriesOf(event, entries).some(
      (entry) =>
        states.get(entry.requestId)?.state === 'ended' &&
        standingOf(entry, event) !== 'after_cut_off' &&
        linksUnregistered(event, (ref) => entries.get(ref) ?? [], entry.requestId),
    ),
  ).length;
}
