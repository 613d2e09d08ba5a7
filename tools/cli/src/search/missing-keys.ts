/** Says which keys the stores were written with that this search does not have: what they named it cannot find. */
import type { Keys } from '@lethe/identity';
import type { Db } from 'mongodb';
import type { Looking } from './looking.ts';
import type { StoreOf } from './stores.ts';

export async function tellMissingKeys(
  dbOf: (database: string) => Db,
  stores: readonly StoreOf[],
  { peppers, register, development }: Keys,
  looking: Looking,
): Promise<void> {
  if (development) {
    looking.notLooked(
      'names and boxes under other keys than the development keys: LETHE_SEALING_KEYS, LETHE_PEPPERS and LETHE_REGISTER_KEYS are not set, or hold one of them',
    );
  }
  const discovery = stores.find(({ service }) => service === 'discovery');
  if (discovery === undefined) return;
  const db = dbOf(discovery.database);
  const tell = (what: string, used: readonly string[], known: ReadonlyMap<string, unknown>): void => {
    const missing = used.filter((id) => !known.has(id) && ID.test(id));
    if (missing.length > 0) looking.notLooked(`${what} ${missing.join(', ')}: not configured here`);
  };
  tell('refs under the peppers', await pepperIds(db), peppers.byId);
  tell('entries of the erasure register under the keys', await registerKeyIds(db), register.byId);
}

const ID = /^[a-z0-9-]{1,16}$/;

async function pepperIds(db: Db): Promise<readonly string[]> {
  const found = await db
    .collection('identities')
    .aggregate<{ readonly _id: string }>([{ $group: { _id: { $first: { $split: [{ $toString: '$_id' }, '.'] } } } }])
    .toArray();
  return found.map(({ _id }) => _id).sort();
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
  return found.map(({ _id }) => _id).sort();
}
