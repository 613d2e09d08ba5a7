/** Two identifiers that belong to one subject. */
import { dayOf, earlier } from './day.ts';

/** Two identifiers of one subject, as a feed verified them. Links are stored, subjects are not: a subject is walked. */
export interface Link {
  /** The pair, whichever way round it was seen. */
  readonly id: string;
  readonly a: string;
  readonly b: string;
  /** UTC day. */
  readonly firstSeen: Date;
  /** The feeds that say so, by name; empty when no feed did, because they are two names of one identifier. */
  readonly feeds: readonly string[];
  /** True when the two are one identifier, named under two peppers: each is an alias of the other. */
  readonly same?: true;
}

/** One name for a pair of refs. Refs hold no `|`. */
export function linkId(one: string, other: string): string {
  return one < other ? `${one}|${other}` : `${other}|${one}`;
}

export function linkOf(one: string, other: string, feed: string, seenAt: Date): Link {
  const [a, b] = one < other ? [one, other] : [other, one];
  return { id: linkId(a, b), a, b, firstSeen: dayOf(seenAt), feeds: [feed] };
}

/** Two names of one identifier. Found together by whoever could open its box; no feed had to verify it. */
export function aliasOf(one: string, other: string, seenAt: Date): Link {
  const [a, b] = one < other ? [one, other] : [other, one];
  return { id: linkId(a, b), a, b, firstSeen: dayOf(seenAt), feeds: [], same: true };
}

/** What two sightings of one link say together; the order does not matter. */
export function mergeLinks(one: Link, other: Link): Link {
  const feeds = [...new Set([...one.feeds, ...other.feeds])].sort();
  const same = one.same ?? other.same;
  return { ...one, firstSeen: earlier(one.firstSeen, other.firstSeen), feeds, ...(same && { same }) };
}
