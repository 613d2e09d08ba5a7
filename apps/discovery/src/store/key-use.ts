/** What in discovery's store needs which key: counted by the keys' ids, nothing else is read. */
import type { KeyPurpose } from '@lethe/identity';
import type { Store } from '@lethe/store';
import { erasureRegister } from './erasure-register.ts';
import { identities } from './identities.ts';
import { keyHistories } from './key-histories.ts';
import { locations } from './locations.ts';

/** Key id -> how many stored things need it. */
export type KeyUse = ReadonlyMap<string, number>;

interface Group {
  readonly _id: string;
  readonly count: number;
}

/**
 * @param peppers the ids that are configured. A pepper is needed by register entries and identifiers that have no name
 *   under another configured one: they would not be known when they are seen again.
 */
export async function keysInUse(
  store: Store,
  peppers: readonly string[],
): Promise<Readonly<Record<KeyPurpose, KeyUse>>> {
  await labelOld(store, peppers);
  const register = store.db.collection(erasureRegister.collection);
  const byPepper = await register.aggregate<Group>([namedOnlyBy(peppers)]).toArray();
  const byKey = await register.aggregate<Group>([{ $unwind: '$keys' }, count('$keys')]).toArray();
  return {
    peppers: sum([...byPepper, ...(await indexByPepper(store, peppers))]),
    register: sum(byKey),
    sealing: sum([...(await boxesInIndex(store)), ...(await boxesInLocations(store))]),
  };
}

/**
 * Ids that stand in the store: what nobody remembers having configured is found, too, and what came after its key was
 * taken out. Names by a few look-ups in indexes, boxes by one look at each.
 */
export async function idsInStore(store: Store): Promise<Readonly<Record<KeyPurpose, readonly string[]>>> {
  const boxes = [...(await boxesInIndex(store)), ...(await boxesInLocations(store))];
  return {
    sealing: [...sum(boxes).keys()],
    peppers: await prefixes(store, identities.collection, '_id'),
    register: await prefixes(store, erasureRegister.collection, 'hash'),
  };
}

/** Entries of the first release: the pepper was the oldest that is remembered, or found, or else configured. */
export async function labelOld(store: Store, peppers: readonly string[]): Promise<void> {
  const known = (await keyHistories.stored(store)).get('peppers')?.history;
  const oldest = [...(known?.ring ?? []), ...(known?.retired ?? [])].at(-1)?.id;
  const [found, ...more] = await prefixes(store, identities.collection, '_id');
  const pepper = oldest ?? (more.length === 0 ? found : undefined) ?? peppers.at(-1);
  if (pepper !== undefined) await erasureRegister.labelOld(store, pepper);
}

/** `<id>.` of all values, from one id to the next: `/` follows `.` in ASCII, and ids hold neither. */
async function prefixes({ db }: Store, collection: string, field: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let from = ''; ;) {
    const next = await db
      .collection(collection)
      .find({ [field]: { $gte: from } })
      .project<Record<string, unknown>>({ [field]: 1 })
      .sort({ [field]: 1 })
      .limit(1)
      .next();
    const value = next?.[field];
    if (typeof value !== 'string') return found;
    const id = value.slice(0, value.indexOf('.'));
    found.push(id);
    from = `${id}/`;
  }
}

async function indexByPepper(store: Store, peppers: readonly string[]): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (const id of await prefixes(store, identities.collection, '_id')) {
    const others = peppers.filter((other) => other !== id);
    const filter = {
      _id: namedBy(id) as never,
      ...(others.length > 0 && { alsoUnder: { $nin: others } }),
    };
    groups.push({ _id: id, count: await store.db.collection(identities.collection).countDocuments(filter) });
  }
  return groups;
}

/** The values that begin with this key id. */
export function namedBy(id: string): { readonly $gte: string; readonly $lt: string } {
  return { $gte: `${id}.`, $lt: `${id}/` };
}

function boxesInIndex({ db }: Store): Promise<readonly Group[]> {
  return db
    .collection(identities.collection)
    .aggregate<Group>([count('$sealed.keyId')])
    .toArray();
}

/** An ended location holds none. */
function boxesInLocations({ db }: Store): Promise<readonly Group[]> {
  return db
    .collection(locations.kind.collection)
    .aggregate<Group>([
      { $match: { 'state.state': { $in: ['locating', 'complete', 'capped'] } } },
      { $unwind: '$state.found.identifiers' },
      count('$state.found.identifiers.sealed.keyId'),
    ])
    .toArray();
}

/** Register entries by pepper, without those whose identifier is registered under another configured one, too. */
function namedOnlyBy(peppers: readonly string[]): object {
  const others = { $setDifference: [{ $literal: peppers }, ['$pepper']] };
  const elsewhere = { $size: { $setIntersection: [{ $ifNull: ['$alsoUnder', []] }, others] } };
  return { $group: { _id: '$pepper', count: { $sum: { $cond: [{ $gt: [elsewhere, 0] }, 0, 1] } } } };
}

function count(by: string): object {
  return { $group: { _id: by, count: { $sum: 1 } } };
}

function sum(groups: readonly Group[]): KeyUse {
  const use = new Map<string, number>();
  for (const { _id, count: more } of groups) use.set(_id, (use.get(_id) ?? 0) + more);
  return use;
}
