/**
 * May discovery start with these keys? What it holds is known by names and boxes that were made with keys. With one of
 * them missing, or another in its place, an erased subject would not be known again, and nobody would notice: so a list
 * that cannot be meant is refused, and says what is wrong.
 */
import {
  type KeyPurpose,
  type KeyRing,
  type Keys,
  KeysError,
  keyVariables,
  ringChange,
  withoutRetired,
} from '@lethe/identity';
import type { Store } from '@lethe/store';
import { erasureRegister } from '../store/erasure-register.ts';
import { keyHistories } from '../store/key-histories.ts';
import { idsInStore, keysInUse } from '../store/key-use.ts';

type Rings = Pick<Keys, KeyPurpose>;

/** Sealing keys have no order: a box says which one it is under. */
const ordered: Readonly<Record<KeyPurpose, boolean>> = { peppers: true, register: true, sealing: false };
const purposes = ['peppers', 'register', 'sealing'] as const satisfies readonly KeyPurpose[];
const needs: Readonly<Record<KeyPurpose, string>> = {
  peppers: 'register entries and identifiers are named with it',
  register: 'register entries are made with it',
  sealing: 'boxes are sealed under it',
};

/**
 * Remembers the keys as the present ones.
 * @returns the rings without what was retired
 * @throws KeysError
 */
export async function admitKeys(store: Store, keys: Rings): Promise<Rings> {
  const { peppers, register, sealing } = keys;
  await erasureRegister.labelOld(store, [...peppers.byId.keys()].at(-1) ?? '');
  const problems: string[] = [];
  const admitted = { peppers, register, sealing };
  for (const purpose of purposes) {
    const ring = await admitRing(store, purpose, keys);
    if ('problems' in ring) problems.push(...ring.problems);
    else admitted[purpose] = ring;
  }
  if (problems.length > 0) throw new KeysError(problems);
  return admitted;
}

async function admitRing(
  store: Store,
  purpose: KeyPurpose,
  keys: Rings,
): Promise<KeyRing | { readonly problems: readonly string[] }> {
  const ring = keys[purpose];
  const variable = keyVariables[purpose];
  for (;;) {
    const known = await keyHistories.stored(store, purpose);
    const change = ringChange(known?.history ?? null, ring, { variable, ordered: ordered[purpose] });
    if (!change.ok) return change;
    // Names made with them would be strange to this process; another pepper's names it makes for itself.
    const strange = purpose === 'register' ? change.ahead : [];
    if (strange.length > 0)
      return { problems: [`${variable}: ${strange.join(', ')} is in use already; put it at the front`] };
    const problems = await stillNeeded(store, purpose, keys, change.absent);
    if (problems.length > 0) return { problems };
    const admitted = ordered[purpose] ? withoutRetired(ring, change.history) : ring;
    if (JSON.stringify(change.history) === JSON.stringify(known?.history)) return admitted;
    if (await keyHistories.replace(store, purpose, change.history, known?.version ?? 0)) return admitted;
  }
}

/** Counting everything takes its time: only when something is absent. */
async function stillNeeded(
  store: Store,
  purpose: KeyPurpose,
  keys: Rings,
  absent: readonly string[],
): Promise<readonly string[]> {
  const stored = purpose === 'sealing' ? [] : (await idsInStore(store))[purpose];
  const missing = new Set([...absent, ...stored.filter((id) => !keys[purpose].byId.has(id))]);
  if (missing.size === 0) return [];
  const use = (await keysInUse(store, [...keys.peppers.byId.keys()]))[purpose];
  return [...missing].flatMap((id) => {
    const count = use.get(id) ?? 0;
    const where = ordered[purpose] ? 'behind the newer ones' : 'behind the active one';
    return count === 0
      ? []
      : [`${keyVariables[purpose]}: ${id} is missing, and ${count} ${needs[purpose]}; put it back, ${where}`];
  });
}
