/**
 * Somewhere, data of someone was seen. The index learns it; if an erasure is under way that has not begun to erase,
 * its location grows; if one is through, the sighting is counted (follow-up orders are not this release's).
 */
import type { Arrived, BulkWrite, Reader } from '@lethe/service';
import {
  type Found,
  mergeObserved,
  newRefs,
  type Observed,
  observe,
  type RegisterEntry,
  registerEntries,
  standingOf,
} from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { walkSubject } from '../locating/walk-subject.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { footprints } from '../store/footprints.ts';
import { identities } from '../store/identities.ts';
import { links } from '../store/links.ts';
import { locations } from '../store/locations.ts';

interface Growth {
  readonly requestId: string;
  readonly found: Found;
  readonly fresh: readonly string[];
}

interface Seen {
  readonly observed: Observed;
  readonly entries: ReadonlyMap<string, readonly RegisterEntry[]>;
  readonly growth: readonly Growth[];
}

type Observations = Arrived<DiscoveryContext, 'SubjectObserved'>;

export const subjectObserved = inBulk('SubjectObserved', {
  read: async (arrived: Observations, reader): Promise<Seen> => {
    const observed = mergeObserved(arrived.map(({ event }) => observe(event)));
    const entries = await entriesByRef(arrived, observed, reader);
    const pending = [...entries.values()].flat().filter(({ cutOff }) => cutOff === null);
    return { observed, entries, growth: await growthOf(pending, observed, reader) };
  },
  decide: (arrived, { observed, entries, growth }, now) => {
    const [first] = arrived;
    const hashOf = first?.given.registerHash;
    return {
      writes: [
        ...observed.identities.map(identities.add),
        ...observed.links.map(links.add),
        ...observed.footprints.map(footprints.seen),
        ...(hashOf === undefined ? [] : growth.flatMap((each) => registered(each, hashOf, now))),
      ],
      commands: growth.map(({ requestId, found }) => locations.command(requestId, { type: 'NoteGrowth', found })),
      counts: { observations_after_cutoff_total: afterCutOff(arrived, entries) },
    };
  },
});

async function entriesByRef(
  arrived: Observations,
  { identities: seen }: Observed,
  reader: Reader,
): Promise<ReadonlyMap<string, readonly RegisterEntry[]>> {
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

/** What each location that is still open finds with these observations. */
async function growthOf(
  pending: readonly RegisterEntry[],
  observed: Observed,
  reader: Reader,
): Promise<readonly Growth[]> {
  const requestIds = [...new Set(pending.map(({ requestId }) => requestId))];
  const states = await reader.states(locations, requestIds);
  const growth: Growth[] = [];
  for (const [requestId, state] of states) {
    const found = await walkSubject(reader, state.found.identifiers, observed);
    growth.push({ requestId, found, fresh: newRefs(state.found, found) });
  }
  return growth;
}

function registered({ requestId, fresh }: Growth, hashOf: (ref: string) => string, now: Date): readonly BulkWrite[] {
  return registerEntries(fresh.map(hashOf), requestId, now).map(erasureRegister.add);
}

function afterCutOff(arrived: Observations, entries: ReadonlyMap<string, readonly RegisterEntry[]>): number {
  if (entries.size === 0) return 0;
  return arrived.filter(({ event }) =>
    event.identities.some(({ ref }) =>
      (entries.get(ref) ?? []).some((entry) => standingOf(entry, event) === 'after_cut_off'),
    ),
  ).length;
}
