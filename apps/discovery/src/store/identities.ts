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
   * then the newer one is taken, so that in time no box is left under a key that is to be retired. With the same key
   * the document stays as it is, and MongoDB writes nothing.
   */
  add: ({ ref, controller, type, sealed }: KnownIdentity): BulkWrite => ({
    collection,
    operation: {
      updateOne: {
        filter: { _id: ref as never },
        update: [
          {
            $set: {
              controller: { $ifNull: ['$controller', { $literal: controller }] },
              type: { $ifNull: ['$type', { $literal: type }] },
              sealed: {
                $cond: [{ $eq: ['$sealed.keyId', { $literal: sealed.keyId }] }, '$sealed', { $literal: sealed }],
              },
            },
          },
        ],
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
