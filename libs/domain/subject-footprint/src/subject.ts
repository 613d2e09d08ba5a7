/** Walking a subject: from the refs that were asked for over links to all of it. */
import { identifierOf, type SameName } from './alias.ts';
import type { Link } from './link.ts';

/** No real person has more identifiers; a component that does is a mistake that must not take the service with it. */
export const longestWalk = 500;

/** A subject on the way to being found: what is known of it, and what is to be looked up next. */
export interface Walk {
  /** Every ref of the subject so far, the asked ones first. */
  readonly refs: readonly string[];
  /** The refs whose links are to be looked up next; empty when the walk is over. */
  readonly frontier: readonly string[];
  /** Which of them are names of one identifier, as far as the walk has seen. */
  readonly same: readonly SameName[];
  /** True if a cap ended the walk: there is more than `refs`. */
  readonly capped: boolean;
  /** Of identifiers: two names of one take the room of one. */
  readonly cap: number;
}

/**
 * A subject is the connected component of links around the refs that somebody asked for, walked when asked: look up
 * the links of `frontier`, `step`, and so on until `frontier` is empty.
 */
export function startWalk(refs: readonly string[], cap: number = longestWalk, same: readonly SameName[] = []): Walk {
  const distinct = [...new Set(refs)];
  const kept = withRoom([], distinct, same, cap);
  return { refs: kept, frontier: kept, same, capped: kept.length < distinct.length, cap };
}

/**
 * The walk after the links that touch its frontier were looked up; links that touch nothing known are passed over.
 * @param all false if there are more links than these
 */
export function step(walk: Walk, links: readonly Link[], all = true): Walk {
  const known = new Set(walk.refs);
  const looked = new Set(walk.frontier);
  const touching = links.filter(({ a, b }) => looked.has(a) || looked.has(b));
  const found = new Set(touching.map(({ a, b }) => (looked.has(a) ? b : a)));
  const aliases = touching.filter(({ same }) => same === true).map(({ a, b }) => ({ a, b }));
  const same = aliases.length === 0 ? walk.same : [...walk.same, ...aliases];
  // Sorted, so that a capped walk of the same links is the same walk.
  const fresh = [...found].filter((ref) => !known.has(ref)).sort();
  const taken = withRoom(walk.refs, fresh, same, walk.cap);
  const capped = walk.capped || taken.length < fresh.length || !all;
  return { refs: [...walk.refs, ...taken], frontier: taken, same, capped, cap: walk.cap };
}

/** The first that the cap leaves room for, and every further name of an identifier that is there. */
function withRoom(
  refs: readonly string[],
  fresh: readonly string[],
  same: readonly SameName[],
  cap: number,
): readonly string[] {
  const standsFor = identifierOf(same);
  const there = new Set(refs.map(standsFor));
  return fresh.filter((ref) => {
    const identifier = standsFor(ref);
    if (!there.has(identifier) && there.size >= cap) return false;
    there.add(identifier);
    return true;
  });
}
