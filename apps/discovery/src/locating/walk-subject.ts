/** A subject as the index knows it, walked in the reader's snapshot, with what this transaction is about to add. */
import type { Reader } from '@lethe/service';
import {
  type Found,
  foundFrom,
  longestWalk,
  type NamedIdentity,
  namesOf,
  type Observed,
  pairsOf,
  startWalk,
  step,
  type Walk,
} from '@lethe/subject-footprint';
import { footprints } from '../store/footprints.ts';
import { identities } from '../store/identities.ts';
import { links } from '../store/links.ts';

/** Of one step. Real subjects have a few; this many are some megabytes. */
const mostLinks = 20_000;
const nothing: Observed = { identities: [], links: [], footprints: [] };

export async function walkSubject(
  reader: Reader,
  asked: readonly NamedIdentity[],
  arriving: Observed = nothing,
): Promise<Found> {
  let walk: Walk = startWalk(asked.flatMap(namesOf), longestWalk, pairsOf(asked));
  while (walk.frontier.length > 0) {
    const touching = await links.touching(reader, walk.frontier, mostLinks);
    walk = step(walk, [...touching, ...arriving.links], touching.length < mostLinks);
  }
  const refs = new Set(walk.refs);
  return foundFrom({
    asked,
    known: [...(await identities.find(reader, walk.refs)), ...arriving.identities.filter(({ ref }) => refs.has(ref))],
    footprints: [
      ...(await footprints.of(reader, walk.refs)),
      ...arriving.footprints.filter(({ ref }) => refs.has(ref)),
    ],
    same: walk.same,
    capped: walk.capped,
  });
}
