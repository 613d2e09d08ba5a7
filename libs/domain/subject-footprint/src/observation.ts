/** What one observation adds to the index: identities, links between those that link, footprints. */
import type { EventOf, SealedIdentifier, SealedIdentity } from '@lethe/contracts';
import { footprintOf, mergeFootprints, type RefFootprint } from './footprint.ts';
import { aliasOf, linkOf, mergeLinks, type Link } from './link.ts';

/** An identifier that was seen: its ref, and the box that orders are made from. */
export interface KnownIdentity {
  readonly ref: string;
  readonly controller: string;
  readonly type: string;
  readonly sealed: SealedIdentifier;
  /** Its names under other peppers; none, while there is one. */
  readonly aliases?: readonly string[];
}

/** The other names of an identifier that was seen; see Sealer.aliasesOf of @lethe/identity. */
export type AliasesOf = (identity: SealedIdentity) => readonly string[];
const none: AliasesOf = () => [];

/** What observations add to the index, as data. Every part is keyed, and repeating or reordering changes nothing. */
export interface Observed {
  /** By `ref`. Another box of a known one replaces it when it is under another key, so that keys can be retired. */
  readonly identities: readonly KnownIdentity[];
  /** By `id`; see mergeLinks. */
  readonly links: readonly Link[];
  /** By `id`; see mergeFootprints. */
  readonly footprints: readonly RefFootprint[];
}

/**
 * What one observation says: every identity has a footprint there, and those that link belong to one subject. A
 * mention never joins: a shipping note that names a second person's address must not make one subject of two.
 *
 * A `delete` is a sighting like any other: the data was there until then, and copies of it may still be.
 */
export function observe(observation: EventOf<'SubjectObserved'>, aliasesOf: AliasesOf = none): Observed {
  const { identities, controller, feed, earliestOccurredAt, occurredAt } = observation;
  const distinct = [...new Map(identities.map((identity) => [identity.ref, identity])).values()];
  const [first, ...others] = [...new Set(identities.filter(({ links }) => links).map(({ ref }) => ref))].sort();
  // A mention gets its aliases like any other: they say what it is called, not whose it is.
  const named = distinct.map((identity) => ({ ...identity, aliases: aliasesOf(identity) }));
  // A star says the same as all pairs, with n-1 writes for n identities. Sorted: their order says nothing.
  const star = first === undefined ? [] : others.map((other) => linkOf(first, other, feed, earliestOccurredAt));
  return {
    identities: named.map(({ ref, type, sealed, aliases }) => ({
      ref,
      controller,
      type,
      sealed,
      ...(aliases.length > 0 && { aliases }),
    })),
    links: [
      ...star,
      ...named.flatMap(({ ref, aliases }) => aliases.map((alias) => aliasOf(ref, alias, earliestOccurredAt))),
    ],
    footprints: distinct.map(({ ref }) => footprintOf(ref, observation, earliestOccurredAt, occurredAt)),
  };
}

/** What several observations say together: one entry per key, so that a batch is one bulk write. */
export function mergeObserved(all: readonly Observed[]): Observed {
  const identities = new Map<string, KnownIdentity>();
  const links = new Map<string, Link>();
  const footprints = new Map<string, RefFootprint>();
  for (const observed of all) {
    for (const identity of observed.identities) {
      const known = identities.get(identity.ref);
      if (known?.sealed.keyId !== identity.sealed.keyId) identities.set(identity.ref, identity);
    }
    for (const link of observed.links) put(links, link, mergeLinks);
    for (const footprint of observed.footprints) put(footprints, footprint, mergeFootprints);
  }
  return { identities: [...identities.values()], links: [...links.values()], footprints: [...footprints.values()] };
}

function put<T extends { readonly id: string }>(into: Map<string, T>, one: T, merge: (a: T, b: T) => T): void {
  const known = into.get(one.id);
  into.set(one.id, known === undefined ? one : merge(known, one));
}
