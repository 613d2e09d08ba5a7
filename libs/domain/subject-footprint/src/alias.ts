/** Which of several refs are names of one identifier. While there is one pepper, each ref is an identifier of its own. */
import type { SealedIdentity } from '@lethe/contracts';
import type { Link } from './link.ts';

/** An identifier with its further names; none, while there is one pepper. */
export interface NamedIdentity extends SealedIdentity {
  /** Refs of the same identifier under other peppers. */
  readonly aliases?: readonly string[];
}

/** Two refs of one identifier. */
export type SameName = Pick<Link, 'a' | 'b'>;

export function namesOf({ ref, aliases = [] }: Pick<NamedIdentity, 'ref' | 'aliases'>): readonly string[] {
  return [ref, ...aliases];
}

/** What the aliases of these identifiers say, pair by pair. */
export function pairsOf(identities: readonly Pick<NamedIdentity, 'ref' | 'aliases'>[]): readonly SameName[] {
  return identities.flatMap(({ ref, aliases = [] }) => aliases.map((alias) => ({ a: ref, b: alias })));
}

/** For each ref one that stands for all names of its identifier: itself, when no pair speaks of it. */
export function identifierOf(pairs: readonly SameName[]): (ref: string) => string {
  if (pairs.length === 0) return (ref) => ref;
  const up = new Map<string, string>();
  const top = (ref: string): string => {
    let at = ref;
    for (let next = up.get(at); next !== undefined; next = up.get(at)) at = next;
    return at;
  };
  for (const { a, b } of pairs) {
    const [one, other] = [top(a), top(b)];
    if (one !== other) up.set(one < other ? other : one, one < other ? one : other);
  }
  return top;
}

/**
 * One entry per identifier, with all its names. The first of several stays, because it was told already or asked for;
 * the names of the others are its aliases.
 */
export function oncePerIdentifier(
  identities: readonly NamedIdentity[],
  pairs: readonly SameName[] = [],
): readonly NamedIdentity[] {
  const same = [...pairs, ...pairsOf(identities)];
  const standsFor = identifierOf(same);
  const names = new Map<string, Set<string>>();
  for (const ref of [...identities.flatMap(namesOf), ...same.flatMap(({ a, b }) => [a, b])]) {
    const known = names.get(standsFor(ref));
    if (known === undefined) names.set(standsFor(ref), new Set([ref]));
    else known.add(ref);
  }
  const first = new Map<string, NamedIdentity>();
  for (const { ref, type, sealed } of identities) {
    const key = standsFor(ref);
    if (first.has(key)) continue;
    const aliases = [...(names.get(key) ?? [])].filter((name) => name !== ref).sort();
    first.set(key, { ref, type, sealed, ...(aliases.length > 0 && { aliases }) });
  }
  return [...first.values()];
}
