/** One document per identifier that was ever seen: its ref and its box, from which orders are made. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { SealedIdentity } from '@lethe/contracts';
import type { KnownIdentity } from '@lethe/subject-footprint';

interface IdentityDocument extends SealedIdentity {
  readonly _id: string;
  readonly controller: string;
}

const collection = 'identities';

export const identities = {
  collection,
  /**
   * The first box stays, because another one of the same identifier says nothing new; unless it is under another key:
   * then the newer one is taken, so that in time no box is left under a key that is to be retired.
   *
   * @param held the key of the box that is there, by `keysOf`; undefined when none is. Looking first is faster than
   * writing: most identifiers are known, and those are not written at all.
   */
  add: ({ ref, controller, type, sealed }: KnownIdentity, held: string | undefined): readonly BulkWrite[] => {
    if (held === sealed.keyId) return [];
    const update = held === undefined ? { $setOnInsert: { controller, type, sealed } } : { $set: { sealed } };
    const operation = { updateOne: { filter: { _id: ref as never }, update, upsert: held === undefined } };
    return [{ collection, operation }];
  },
  keysOf: async (reader: Reader, refs: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const found = await identities.find(reader, refs);
    return new Map(found.map(({ ref, sealed }) => [ref, sealed.keyId]));
  },
  find: async (reader: Reader, refs: readonly string[]): Promise<readonly SealedIdentity[]> => {
    if (refs.length === 0) return [];
    const found = await reader.find<IdentityDocument>(collection, { _id: { $in: refs } });
    return found.map(({ _id, type, sealed }) => ({ ref: _id, type, sealed }));
  },
};
