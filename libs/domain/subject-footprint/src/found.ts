/** What a walk found, and what it adds to what was known. */
import type { Footprint, SealedIdentity } from '@lethe/contracts';
import { namesOf, oncePerIdentifier, type NamedIdentity, type SameName } from './alias.ts';
import { footprintsOfSubject } from './footprint.ts';
import { longestWalk } from './subject.ts';

/** A subject as a walk found it. */
export interface Found {
  /** Each once, under whichever names it is known; the requester's own among them even if no feed ever named them. */
  readonly identifiers: readonly NamedIdentity[];
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

/** What is known together: each identifier once (its first name and box stay), footprints by place. Nothing is ever taken back. */
export function mergeFound(known: Found, more: Found): Found {
  return bounded(
    [...known.identifiers, ...more.identifiers],
    [...known.footprints, ...more.footprints],
    known.capped || more.capped,
  );
}

/** The outcome of a walk: what the request named, what the index knows of the walked refs, and where each was seen. */
export function foundFrom(parts: {
  readonly asked: readonly NamedIdentity[];
  readonly known: readonly SealedIdentity[];
  readonly footprints: readonly Footprint[];
  readonly same?: readonly SameName[];
  readonly capped: boolean;
}): Found {
  const { asked, known, footprints, same, capped } = parts;
  return bounded([...asked, ...known], footprints, capped, same);
}

/**
 * What a walk adds to what is known, further names of known identifiers among it: to be registered in the transaction
 * that publishes it.
 */
export function identifiersToRegister(known: Found, found: Found): readonly NamedIdentity[] {
  const all = mergeFound(known, found);
  const fresh = new Set(newNames(known, all));
  return all.identifiers.filter((identifier) => namesOf(identifier).some((name) => fresh.has(name)));
}

/** True if `found` holds an identifier of which `known` has no name. */
export function addsIdentifier(known: Pick<Found, 'identifiers'>, found: Pick<Found, 'identifiers'>): boolean {
  const names = allNames(known);
  return found.identifiers.some((identifier) => !namesOf(identifier).some((name) => names.has(name)));
}

/** The names that `found` holds and `known` does not: of further identifiers, and further ones of those known. */
export function newNames(known: Pick<Found, 'identifiers'>, found: Pick<Found, 'identifiers'>): readonly string[] {
  const names = allNames(known);
  return [...allNames(found)].filter((name) => !names.has(name));
}

function allNames({ identifiers }: Pick<Found, 'identifiers'>): ReadonlySet<string> {
  return new Set(identifiers.flatMap(namesOf));
}

/** True if `found` names a system that was not known: it must hear of the request. */
export function addsSystem(known: Pick<Found, 'footprints'>, found: Pick<Found, 'footprints'>): boolean {
  const systems = new Set(known.footprints.map(({ system }) => system));
  return found.footprints.some(({ system }) => !systems.has(system));
}

/** The first that fit: what was told once stays among them. */
function bounded(
  identifiers: readonly NamedIdentity[],
  footprints: readonly Footprint[],
  capped: boolean,
  same: readonly SameName[] = [],
): Found {
  const distinct = oncePerIdentifier(identifiers, same);
  const kept: NamedIdentity[] = [];
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
