/** One document per name that an identifier was ever seen under: its box, from which orders are made. */
import type { BulkWrite, Reader } from '@lethe/service';
import type { SealedIdentity } from '@lethe/contracts';
import { pepperOf } from '@lethe/identity';
import type { Store } from '@lethe/store';
import type { KnownIdentity } from '@lethe/subject-footprint';

export interface IdentityDocument extends SealedIdentity {
  readonly _id: string;
  readonly controller: string;
  /** The peppers under which its other names are linked; absent while there is one pepper. */
  readonly alsoUnder?: readonly string[];
}

/** What is known of a ref that is there. */
export interface Held {
  /** The id of its box's key. */
  readonly key: string;
  readonly alsoUnder: readonly string[];
}

const collection = 'identities';

export const identities = {
  collection,
  /**
   * The first box stays, because another one of the same identifier says nothing new; unless it is under another key:
   * then the newer one is taken, so that in time no box is left under a key that is to be retired. What is sealed under
   * the active key stays in any case: another process may not have been restarted yet.
   *
   * @param held by `held`, of its ref and its aliases. Looking first is faster than writing: most identifiers are
   * known, and those are not written at all.
   */
  add: (
    { ref, controller, type, sealed, aliases = [] }: KnownIdentity,
    held: ReadonlyMap<string, Held>,
    activeKey: string,
  ): readonly BulkWrite[] => {
    const known = held.get(ref);
    const others = aliases.flatMap((alias) => alsoUnder(alias, [ref], held));
    const peppers = missing(known, aliases);
    const linked = peppers.length > 0 && addTo(peppers);
    if (known === undefined) {
      const update = { $setOnInsert: { controller, type, sealed }, ...linked };
      return [written(ref, update, true), ...others];
    }
    const stays = known.key === sealed.keyId || known.key === activeKey;
    if (stays && linked === false) return others;
    return [written(ref, { ...(!stays && { $set: { sealed } }), ...linked }, false), ...others];
  },
  /** A further name is linked, or the box is under another key now; whoever sees it meanwhile does the same. */
  renewed: (ref: string, sealed: SealedIdentity['sealed'] | null, peppers: readonly string[]): BulkWrite =>
    written(ref, { ...(sealed !== null && { $set: { sealed } }), ...(peppers.length > 0 && addTo(peppers)) }, false),
  /** The refs behind `last` whose box is under one of these keys, or that have no name under the pepper. */
  behind: async (
    { db }: Store,
    last: string,
    { keys, pepper }: { readonly keys: readonly string[]; readonly pepper: string },
    most: number,
  ): Promise<readonly string[]> => {
    const unnamed = { _id: { $not: { $gte: `${pepper}.`, $lt: `${pepper}/` } }, alsoUnder: { $ne: pepper } };
    const found = await db
      .collection(collection)
      .find({ _id: { $gt: last }, $or: [{ 'sealed.keyId': { $in: keys } }, unnamed] } as never)
      .project({ _id: 1 })
      .sort({ _id: 1 })
      .limit(most)
      .toArray();
    return found.map(({ _id }) => String(_id));
  },
  documents: (reader: Reader, refs: readonly string[]): Promise<readonly IdentityDocument[]> => documents(reader, refs),
  held: async (reader: Reader, refs: readonly string[]): Promise<ReadonlyMap<string, Held>> => {
    const found = await documents(reader, refs);
    return new Map(
      found.map(({ _id, sealed, alsoUnder: peppers = [] }) => [_id, { key: sealed.keyId, alsoUnder: peppers }]),
    );
  },
  find: async (reader: Reader, refs: readonly string[]): Promise<readonly SealedIdentity[]> => {
    const found = await documents(reader, refs);
    return found.map(({ _id, type, sealed }) => ({ ref: _id, type, sealed }));
  },
};

function documents(reader: Reader, refs: readonly string[]): Promise<readonly IdentityDocument[]> {
  return refs.length === 0 ? Promise.resolve([]) : reader.find<IdentityDocument>(collection, { _id: { $in: refs } });
}

/** A name that is held learns of its other names; one that is not held needs not: there is nothing filed under it. */
function alsoUnder(ref: string, names: readonly string[], held: ReadonlyMap<string, Held>): readonly BulkWrite[] {
  const known = held.get(ref);
  const peppers = known === undefined ? [] : missing(known, names);
  return peppers.length === 0 ? [] : [written(ref, addTo(peppers), false)];
}

function missing(known: Held | undefined, aliases: readonly string[]): readonly string[] {
  return aliases.map(pepperOf).filter((pepper) => known?.alsoUnder.includes(pepper) !== true);
}

function addTo(peppers: readonly string[]): object {
  return { $addToSet: { alsoUnder: { $each: peppers } } };
}

function written(ref: string, update: object, upsert: boolean): BulkWrite {
  return { collection, operation: { updateOne: { filter: { _id: ref as never }, update, upsert } } };
}
