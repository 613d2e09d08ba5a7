/**
 * Is this the deployment that is meant, and are these its keys? With another MongoDB or with other keys a search would
 * find nothing and say `nowhere`: so it is refused before anything is looked at.
 */
import { type Keys, keyVariables, remembered } from '@lethe/identity';
import type { MongoClient } from 'mongodb';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { type KeyHistories, keyHistoriesIn, purposes, variableOf } from './key-histories.ts';
import { findStores } from './stores.ts';

/** @throws CommandError `notUnderstood` */
export async function refuseOthers(client: MongoClient, prefix: string, keys: Keys): Promise<void> {
  const { stores } = await findStores(client, prefix);
  if (stores.length === 0) {
    throw new CommandError(
      exitCodes.notUnderstood,
      `this MongoDB shows no store of a service of ${prefix} to this account`,
      'Check LETHE_MONGODB_URL (or --mongodb-url), its account and LETHE_PREFIX',
    );
  }
  const discovery = stores.find(({ service }) => service === 'discovery');
  if (discovery === undefined) return;
  const problems = strangeKeys(keys, await keyHistoriesIn(client.db(discovery.database)));
  if (problems.length > 0) {
    throw new CommandError(
      exitCodes.notUnderstood,
      `the keys are not those of this deployment: ${problems.join('; ')}`,
      `Give ${Object.values(keyVariables).join(', ')} as the services have them; each may be kept in a file (docs/keys.md)`,
    );
  }
}

/** Ids alone. Older keys that are missing blind a search in part: see missing-keys.ts. Pure. */
export function strangeKeys(keys: Keys, histories: KeyHistories): readonly string[] {
  return purposes.flatMap((purpose) => {
    const history = histories.get(purpose);
    if (history === undefined) return [];
    const given = remembered(keys[purpose]);
    const known = [...history.ring, ...history.retired];
    const replaced = given.filter(({ id, check }) => known.some((key) => key.id === id && key.check !== check));
    const active = history.ring[0]?.id;
    const isMissing = active !== undefined && !given.some(({ id }) => id === active);
    return [
      ...replaced.map(({ id }) => `${variableOf(purpose)} has another key under the id ${id}`),
      ...(isMissing ? [`${variableOf(purpose)} lacks ${active}, the active one`] : []),
    ];
  });
}
