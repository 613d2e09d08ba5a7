/** What a walk found, and what it adds to what was known. */
import type { Footprint, SealedIdentity } from '@lethe/contracts';
import { footprintsOfSubject } from './footprint.ts';
import { longestWalk } from './subject.ts';

/** A subject as a walk found it. */
export interface Found {
  /** By ref, the requester's own among them even if no feed ever named them. */
  readonly identifiers: readonly SealedIdentity[];
  readonly footprints: readonly Footprint[];
  /**
   * There is more than `identifiers`: the walk ended at its cap, or more would not fit into one SubjectLocated. Such a
   * component is most likely several people. Its location is never complete; the review of it by a person comes with
   * the lifecycle of cases.
   */
  readonly capped: boolean;
}

/** An event above 900 kB is refused; what is no identifier (footprints, of which a catalog bounds the number) takes the rest. */
const mostIdentifierBytes = 600_000;
/** Lengths, key id, type's name: what an identifier takes beside its ref and its box. */
const overheadBytes = 80;

/** What is known together: identifiers by ref (the first box stays), footprints by place. Nothing is ever taken back. */
export function mergeFound(known: Found, more: Found): Found {
  return bounded(
    [...known.identifiers, ...more.identifiers],
    [...known.footprints, ...more.footprints],
    known.capped || more.capped,
  );
}

/** The outcome of a walk: what the request named, what the index knows of the walked refs, and where each was seen. */
export function foundFrom(parts: {
  readonly asked: readonly SealedIdentity[];
  readonly known: readonly SealedIdentity[];
  readonly footprints: readonly Footprint[];
  readonly capped: boolean;
}): Found {
  const { asked, known, footprints, capped } = parts;
  return bounded([...asked, ...known], footprints, capped);
}

/** The refs that a walk adds to what is known and told: they are to be registered in the transaction that publishes them. */
export function refsToRegister(known: Found, found: Found): readonly string[] {
  return newRefs(known, mergeFound(known, found));
}

/** The refs that `found` holds and `known` does not. */
export function newRefs(known: Pick<Found, 'identifiers'>, found: Pick<Found, 'identifiers'>): readonly string[] {
  const refs = new Set(known.identifiers.map(({ ref }) => ref));
  return [...new Set(found.identifiers.map(({ ref }) => ref))].filter((ref) => !refs.has(ref));
}

/** True if `found` names a system that was not known: it must hear of the request. */
export function addsSystem(known: Pick<Found, 'footprints'>, found: Pick<Found, 'footprints'>): boolean {
  const systems = new Set(known.footprints.map(({ system }) => system));
  return found.footprints.some(({ system }) => !systems.has(system));
}

/** The first that fit: what was told once stays among them. */
function bounded(identifiers: readonly SealedIdentity[], footprints: readonly Footprint[], capped: boolean): Found {
  const distinct = identifiersByRef(identifiers);
  const kept: SealedIdentity[] = [];
  let bytes = 0;
  for (const identifier of distinct) {
    bytes += bytesOf(identifier);
    if (kept.length >= longestWalk || bytes > mostIdentifierBytes) break;
    kept.push(identifier);
  }
  return {
    identifiers: kept,
    footprints: footprintsOfSubject(footprints),
    capped: capped || kept.length < distinct.length,
  };
}

function bytesOf({ ref, sealed: { nonce, ciphertext } }: SealedIdentity): number {
  return overheadBytes + ref.length + nonce.length + ciphertext.length;
}

function identifiersByRef(identifiers: readonly SealedIdentity[]): readonly SealedIdentity[] {
  const byRef = new Map<string, SealedIdentity>();
  for (const { ref, type, sealed } of identifiers) if (!byRef.has(ref)) byRef.set(ref, { ref, type, sealed });
  return [...byRef.values()];
}
