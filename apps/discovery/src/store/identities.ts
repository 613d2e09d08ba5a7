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
  /** The first box stays: another one of the same identifier says nothing new. */
  add: ({ ref, controller, type, sealed }: KnownIdentity): BulkWrite => ({
    collection,
    operation: {
      updateOne: {
        filter: { _id: ref as never },
        update: { $setOnInsert: { controller, type, sealed } },
        upsert: true,
      },
    },
  }),
  find: async (reader: Reader, refs: readonly string[]): Promise<readonly SealedIdentity[]> => {
    if (refs.length === 0) return [];
    const found = await reader.find<IdentityDocument>(collection, { _id: { $in: refs } });
    return found.map(({ _id, type, sealed }) => ({ ref: _id, type, sealed }));
  },
};
