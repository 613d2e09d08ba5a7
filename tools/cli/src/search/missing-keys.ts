/** Says which keys the deployment works with that this search does not have: what they named and sealed it cannot find. */
import type { KeyPurpose, Keys } from '@lethe/identity';
import type { Db } from 'mongodb';
import { type KeyHistories, keyHistoriesIn, purposes, variableOf } from './key-histories.ts';
import type { Looking } from './looking.ts';
import type { StoreOf } from './stores.ts';

export async function tellMissingKeys(
  dbOf: (database: string) => Db,
  stores: readonly StoreOf[],
  keys: Keys,
  looking: Looking,
): Promise<void> {
  const discovery = stores.find(({ service }) => service === 'discovery');
  const db = discovery === undefined ? null : dbOf(discovery.database);
  const histories: KeyHistories = db === null ? new Map() : await keyHistoriesIn(db);
  for (const purpose of purposes) {
    const history = histories.get(purpose);
    if (history === undefined) {
      looking.blindTo(
        `what is under other keys than those of ${variableOf(purpose)}: discovery has not told which ones it works with`,
      );
    }
    const used = new Set(history?.ring.map(({ id }) => id));
    for (const id of db === null ? [] : await idsIn[purpose](db)) used.add(id);
    const missing = unknownTo(keys, purpose, [...used]);
    if (missing.length > 0) looking.blindTo(`${what[purpose]} ${missing.join(', ')}: not configured here`);
    const retired = unknownTo(keys, purpose, history?.retired.map(({ id }) => id) ?? []);
    if (retired.length > 0) looking.notLooked(`${what[purpose]} ${retired.join(', ')}, which are retired`);
  }
}

const what: Readonly<Record<KeyPurpose, string>> = {
  peppers: 'refs under the peppers',
  register: 'entries of the erasure register under the keys',
  sealing: 'boxes under the sealing keys',
};

const ID = /^[a-z0-9-]{1,16}$/;
const unknownTo = (keys: Keys, purpose: KeyPurpose, used: readonly string[]): readonly string[] =>
  used.filter((id) => !keys[purpose].byId.has(id) && ID.test(id)).sort();

/** Ids in what is stored. Boxes under a key that is not here are counted where they are met. */
const idsIn: Readonly<Record<KeyPurpose, (db: Db) => Promise<readonly string[]>>> = {
  peppers: pepperIds,
  register: registerKeyIds,
  sealing: () => Promise.resolve([]),
};

async function pepperIds(db: Db): Promise<readonly string[]> {
  const found = await db
    .collection('identities')
    .aggregate<{ readonly _id: string }>([{ $group: { _id: { $first: { $split: [{ $toString: '$_id' }, '.'] } } } }])
    .toArray();
  return found.map(({ _id }) => _id);
}

/** An entry's hash begins with the id of its newest key; `keys` lists all that it was made with. */
async function registerKeyIds(db: Db): Promise<readonly string[]> {
  const found = await db
    .collection('erasure-register')
    .aggregate<{ readonly _id: string }>([
      { $project: { key: { $ifNull: ['$keys', [{ $first: { $split: [{ $toString: '$hash' }, '.'] } }]] } } },
      { $unwind: '$key' },
      { $group: { _id: '$key' } },
    ])
    .toArray();
  return found.map(({ _id }) => _id);
}
