/** A small deployment for specs: its catalog, and keys of which each ring has been rotated once. */
import type { Catalog } from '@lethe/catalog';
import { loadKeys, type IdentityType, type Keys } from '@lethe/identity';
import { createHash } from 'node:crypto';
import { type Sought, soughtOf } from './sought.ts';

const key = (name: string): string => createHash('sha256').update(`search spec: ${name}`).digest('base64');
const ring = (...ids: readonly string[]): string => ids.map((id) => `${id}:${key(id)}`).join(',');

export const keyVariables = {
  LETHE_SEALING_KEYS: ring('s2', 's1'),
  LETHE_PEPPERS: ring('p2', 'p1'),
  LETHE_REGISTER_KEYS: ring('r2', 'r1'),
};
export const keys: Keys = loadKeys(keyVariables);

/** As they were before the rotation: what was made with them has to be found as well. */
export const formerKeys: Keys = loadKeys({
  LETHE_SEALING_KEYS: ring('s1'),
  LETHE_PEPPERS: ring('p1'),
  LETHE_REGISTER_KEYS: ring('r1'),
});

const type = (name: string, normaliser: IdentityType['normaliser']): [string, IdentityType] => [
  name,
  { name, normaliser, perSubject: 1, blocked: ['till'] },
];

export const catalog: Catalog = {
  controllers: ['shop', 'depot'],
  identityTypes: new Map([
    type('email', 'email'),
    type('customer_id', 'exact'),
    type('name', 'exact'),
    type('phone', 'digits'),
  ]),
  regulations: new Map(),
  systems: new Map(),
  feeds: new Map(),
  digest: '',
};

export const sought = (value: string, identityType = 'name', controller = 'shop'): Sought => {
  const [only] = soughtOf(catalog, keys, controller, [{ type: identityType, value }]);
  if (only === undefined) throw new Error('nothing is sought');
  return only;
};
