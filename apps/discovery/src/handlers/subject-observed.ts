/**
 * Somewhere, data of someone was seen. The index learns it; while an erasure's location is open, it grows by what was
 * reported before the erasure began there; what comes after that is counted (follow-up orders are not this release's).
 */
import type { Arrived, BulkWrite, Reader } from '@lethe/service';
import {
  type Found,
  isOpen,
  linksUnregistered,
  type LocationState,
  mergeObserved,
  type Observed,
  observe,
  type RegisterEntry,
  registerEntries,
  refsToRegister,
  standingOf,
} from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { walkSubject } from '../locating/walk-subject.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { footprints } from '../store/footprints.ts';
import { identities } from '../store/identities.ts';
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
  /** The key of the box that is held for each ref. */
  readonly keys: ReadonlyMap<string, string>;
  readonly entries: EntriesByRef;
  /** Of the requests that these observations belong to as far as their time goes. */
  readonly states: States;
  readonly growth: readonly Growth[];
}

export const subjectObserved = inBulk('SubjectObserved', {
  read: async (arrived: Observations, reader): Promise<Seen> => {
    const observed = mergeObserved(arrived.map(({ event }) => observe(event)));
    const keys = await identities.keysOf(
      reader,
      observed.identities.map(({ ref }) => ref),
    );
    const entries = await entriesByRef(arrived, observed, reader);
    const inTime = arrived.flatMap(({ event }) =>
      entriesOf(event, entries).filter((entry) => standingOf(entry, event) !== 'after_cut_off'),
    );
    const states = await reader.states(locations, [...new Set(inTime.map(({ requestId }) => requestId))]);
    return { observed, keys, entries, states, growth: await growthOf(states, observed, reader) };
  },
  decide: (arrived, { observed, keys, entries, states, growth }, now) => {
    const [first] = arrived;
    const hashOf = first?.given.registerHash;
    return {
      writes: [
        ...observed.identities.flatMap((identity) => identities.add(identity, keys.get(identity.ref))),
        ...observed.links.map(links.add),
        ...observed.footprints.map(footprints.seen),
        ...(hashOf === undefined ? [] : growth.flatMap((each) => registered(each, hashOf, now))),
      ],
      commands: growth.map(({ requestId, found }) => locations.command(requestId, { type: 'NoteGrowth', found })),
      counts: {
        observations_after_cutoff_total: afterCutOff(arrived, entries),
        observations_unregistered_link_total: tooLateToGrow(arrived, entries, states),
      },
    };
  },
});

async function entriesByRef(
  arrived: Observations,
  { identities: seen }: Observed,
  reader: Reader,
): Promise<EntriesByRef> {
  const [first] = arrived;
  if (first === undefined) return new Map();
  const refs = new Map(seen.map(({ ref }) => [first.given.registerHash(ref), ref]));
  const byRef = new Map<string, RegisterEntry[]>();
  for (const entry of await erasureRegister.withHashes(reader, [...refs.keys()])) {
    const ref = refs.get(entry.hash);
    if (ref !== undefined) byRef.set(ref, [...(byRef.get(ref) ?? []), entry]);
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

function registered(
  { requestId, state, found }: Growth,
  hashOf: (ref: string) => string,
  now: Date,
): readonly BulkWrite[] {
  const hashes = refsToRegister(state.found, found).map(hashOf);
  return registerEntries(hashes, requestId, now, state.erasing).map(erasureRegister.add);
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
