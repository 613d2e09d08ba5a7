/** Walking a subject: from the refs that were asked for over links to all of it. */
import type { Link } from './link.ts';

/** No real person has more identifiers; a component that does is a mistake that must not take the service with it. */
export const longestWalk = 500;

/** A subject on the way to being found: what is known of it, and what is to be looked up next. */
export interface Walk {
  /** Every ref of the subject so far, the asked ones first. */
  readonly refs: readonly string[];
  /** The refs whose links are to be looked up next; empty when the walk is over. */
  readonly frontier: readonly string[];
  /** True if a cap ended the walk: there is more than `refs`. */
  readonly capped: boolean;
  readonly cap: number;
}

/**
 * A subject is the connected component of links around the refs that somebody asked for, walked when asked: look up
 * the links of `frontier`, `step`, and so on until `frontier` is empty.
 */
export function startWalk(refs: readonly string[], cap: number = longestWalk): Walk {
  const distinct = [...new Set(refs)];
  const kept = distinct.slice(0, cap);
  return { refs: kept, frontier: kept, capped: kept.length < distinct.length, cap };
}

/**
 * The walk after the links that touch its frontier were looked up; links that touch nothing known are passed over.
 * @param all false if there are more links than these
 */
export function step(walk: Walk, links: readonly Link[], all = true): Walk {
  const known = new Set(walk.refs);
  const looked = new Set(walk.frontier);
  const found = new Set(links.flatMap(({ a, b }) => (looked.has(a) ? [b] : looked.has(b) ? [a] : [])));
  // Sorted, so that a capped walk of the same links is the same walk.
  const fresh = [...found].filter((ref) => !known.has(ref)).sort();
  const room = walk.cap - walk.refs.length;
  const taken = fresh.slice(0, room);
  const capped = walk.capped || taken.length < fresh.length || !all;
  return { refs: [...walk.refs, ...taken], frontier: taken, capped, cap: walk.cap };
}
