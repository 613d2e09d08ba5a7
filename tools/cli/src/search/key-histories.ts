/** What discovery remembers of the keys that it works with: ids and checks, no key. */
import { type KeyPurpose, keyVariables, type RingHistory } from '@lethe/identity';
import type { Db } from 'mongodb';

export type KeyHistories = ReadonlyMap<KeyPurpose, RingHistory>;

export const purposes = ['peppers', 'register', 'sealing'] as const satisfies readonly KeyPurpose[];
export const variableOf = (purpose: KeyPurpose): string => keyVariables[purpose];

/** A purpose is missing until a discovery that remembers it has started there. */
export async function keyHistoriesIn(discovery: Db): Promise<KeyHistories> {
  const found = await discovery
    .collection<RingHistory & { readonly _id: KeyPurpose }>('key-histories')
    .find()
    .toArray();
  return new Map(found.map(({ _id, ring, retired }) => [_id, { ring, retired }]));
}
