/** Where an identifier was seen: system and dataset, first and last day. */
import type { Footprint } from '@lethe/contracts';
import { dayOf, earlier, later } from './day.ts';

/** A dataset of a system holds, or held, data filed under this ref. Days in UTC, first and last: no behaviour. */
export interface RefFootprint extends Footprint {
  /** `<ref>|<system>/<dataset>` */
  readonly id: string;
  readonly ref: string;
}

export function footprintOf(
  ref: string,
  { system, dataset }: Pick<Footprint, 'system' | 'dataset'>,
  first: Date,
  last: Date,
): RefFootprint {
  const [firstSeen, lastSeen] = [dayOf(earlier(first, last)), dayOf(later(first, last))];
  return { id: `${ref}|${system}/${dataset}`, ref, system, dataset, firstSeen, lastSeen };
}

/** What two sightings say together: first and last. The order does not matter, and exact counts are not promised. */
export function mergeFootprints<F extends Footprint>(one: F, other: F): F {
  const firstSeen = earlier(one.firstSeen, other.firstSeen);
  return { ...one, firstSeen, lastSeen: later(one.lastSeen, other.lastSeen) };
}

/** The footprints of a whole subject, whichever of its identifiers each belongs to, by system and dataset. */
export function footprintsOfSubject(footprints: readonly Footprint[]): readonly Footprint[] {
  const byPlace = new Map<string, Footprint>();
  for (const { system, dataset, firstSeen, lastSeen } of footprints) {
    const place = `${system}/${dataset}`;
    const footprint = { system, dataset, firstSeen, lastSeen };
    const known = byPlace.get(place);
    byPlace.set(place, known === undefined ? footprint : mergeFootprints(known, footprint));
  }
  return [...byPlace.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, footprint]) => footprint);
}
