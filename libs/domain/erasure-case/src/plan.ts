/** Which systems a case asks, and which it leaves out and why. */
import { capableSystems, type Catalog, type System } from '@lethe/catalog';
import type { EventOf, Footprint, SealedIdentity } from '@lethe/contracts';

/** One system of a plan: what it is to be asked, and how long it has. */
export interface PlannedSystem {
  readonly system: string;
  readonly kind: System['kind'];
  readonly datasets: readonly string[];
  /** Of the types that this system accepts, and no others: a team learns nothing that it cannot look up. */
  readonly identifiers: readonly SealedIdentity[];
  /** From an order to its answer, in milliseconds. */
  readonly answerWithinMs: number;
}

/** A system that gets no order, and why. */
export interface Exclusion {
  readonly system: string;
  /**
   * `not_seen`: it declared its coverage complete since `since`, and nothing was seen there.
   * `accepts_no_identifier`: there is a footprint, but the subject has no identifier that it could look up.
   * `not_in_catalog`: there is a footprint of a system that the catalog no longer names.
   */
  readonly reason: 'not_seen' | 'accepts_no_identifier' | 'not_in_catalog';
  /** The ISO date since which the system's feeds have told everything; null for other reasons. */
  readonly since: string | null;
}

/** Which systems a case asks. */
export interface Plan {
  readonly systems: readonly PlannedSystem[];
  readonly exclusions: readonly Exclusion[];
  /** Evidence: a `not_found` of a system that has one is a contradiction. */
  readonly footprints: readonly Footprint[];
}

/**
 * Every system that accepts an identifier type which the subject has, whether data was seen there or not: a footprint
 * adds evidence, its absence proves nothing. Only a system that declares its coverage complete may be left out.
 */
export function planFrom(
  catalog: Catalog,
  located: Pick<EventOf<'SubjectLocated'>, 'identifiers' | 'footprints'>,
): Plan {
  const seen = new Set(located.footprints.map(({ system }) => system));
  const capable = capableSystems(catalog, new Set(located.identifiers.map(({ type }) => type)));
  const asked = capable.filter(({ name, locate }) => locate === 'always' || seen.has(name));
  const unseen = capable.filter((system) => !asked.includes(system));
  const unasked = [...seen].filter((name) => !capable.some((system) => system.name === name)).sort();
  return {
    systems: asked.map((system) => ({
      system: system.name,
      kind: system.kind,
      datasets: system.datasets,
      identifiers: located.identifiers.filter(({ type }) => system.identityTypes.includes(type)),
      answerWithinMs: system.answerWithinMs,
    })),
    exclusions: [
      ...unseen.map(({ name, since }) => ({ system: name, reason: 'not_seen' as const, since })),
      ...unasked.map((name) => ({
        system: name,
        reason: catalog.systems.has(name) ? ('accepts_no_identifier' as const) : ('not_in_catalog' as const),
        since: null,
      })),
    ],
    footprints: located.footprints,
  };
}

/** The legal text that an order of this request rests on, as the catalog cites it; null when it names no regulation. */
export function legalReferenceFrom(
  catalog: Catalog,
  accepted: Pick<EventOf<'SubjectRequestAccepted'>, 'regulations'>,
): string | null {
  const sources = accepted.regulations.flatMap((id) => catalog.regulations.get(id)?.source ?? []);
  return sources.length === 0 ? null : sources.join('; ');
}
