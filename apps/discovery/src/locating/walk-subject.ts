/** A subject as the index knows it, walked in the reader's snapshot, with what this transaction is about to add. */
import type { SealedIdentity } from '@lethe/contracts';
import type { Reader } from '@lethe/service';
import { type Found, foundFrom, type Observed, startWalk, step, type Walk } from '@lethe/subject-footprint';
import { footprints } from '../store/footprints.ts';
import { identities } from '../store/identities.ts';
import { links } from '../store/links.ts';

const nothing: Observed = { identities: [], links: [], footprints: [] };

export async function walkSubject(
  reader: Reader,
  asked: readonly SealedIdentity[],
  arriving: Observed = nothing,
): Promise<Found> {
  let walk: Walk = startWalk(asked.map(({ ref }) => ref));
  while (walk.frontier.length > 0) {
    walk = step(walk, [...(await links.touching(reader, walk.frontier)), ...arriving.links]);
  }
  const refs = new Set(walk.refs);
  return foundFrom({
    asked,
    known: [...(await identities.find(reader, walk.refs)), ...arriving.identities.filter(({ ref }) => refs.has(ref))],
    footprints: [
      ...(await footprints.of(reader, walk.refs)),
      ...arriving.footprints.filter(({ ref }) => refs.has(ref)),
    ],
    capped: walk.capped,
  });
}
