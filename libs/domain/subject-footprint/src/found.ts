import type { Footprint, SealedIdentity } from '@lethe/contracts';
import { footprintsOfSubject } from './footprint.ts';

/** A subject as a walk found it. */
export interface Found {
  /** By ref, the requester's own among them even if no feed ever named them. */
  readonly identifiers: readonly SealedIdentity[];
  readonly footprints: readonly Footprint[];
  /** The walk ended at its cap. */
  readonly capped: boolean;
}

/** What is known together: identifiers by ref (the first box stays), footprints by place. Nothing is ever taken back. */
export function mergeFound(known: Found, more: Found): Found {
  return {
    identifiers: identifiersByRef([...known.identifiers, ...more.identifiers]),
    footprints: footprintsOfSubject([...known.footprints, ...more.footprints]),
    capped: known.capped || more.capped,
  };
}

/** The outcome of a walk: what the request named, what the index knows of the walked refs, and where each was seen. */
export function foundFrom(parts: {
  readonly asked: readonly SealedIdentity[];
  readonly known: readonly SealedIdentity[];
  readonly footprints: readonly Footprint[];
  readonly capped: boolean;
}): Found {
  const { asked, known, footprints, capped } = parts;
  const identifiers = identifiersByRef([...asked, ...known]);
  return { identifiers, footprints: footprintsOfSubject(footprints), capped };
}

/** The refs that `found` adds to what is known: they are to be registered in the transaction that publishes them. */
export function newRefs(known: Pick<Found, 'identifiers'>, found: Pick<Found, 'identifiers'>): readonly string[] {
  const refs = new Set(known.identifiers.map(({ ref }) => ref));
  return [...new Set(found.identifiers.map(({ ref }) => ref))].filter((ref) => !refs.has(ref));
}

/** True if `found` names a system that was not known: it must hear of the request. */
export function addsSystem(known: Pick<Found, 'footprints'>, found: Pick<Found, 'footprints'>): boolean {
  const systems = new Set(known.footprints.map(({ system }) => system));
  return found.footprints.some(({ system }) => !systems.has(system));
}

function identifiersByRef(identifiers: readonly SealedIdentity[]): readonly SealedIdentity[] {
  const byRef = new Map<string, SealedIdentity>();
  for (const { ref, type, sealed } of identifiers) if (!byRef.has(ref)) byRef.set(ref, { ref, type, sealed });
  return [...byRef.values()];
}
