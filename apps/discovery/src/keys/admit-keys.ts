/**
 * May discovery start with these keys? What it holds is known by names and boxes that were made with keys. With one of
 * them missing, or another in its place, an erased subject would not be known again, and nobody would notice: so a list
 * that cannot be meant is refused, and says what is wrong.
 */
import {
  type KeyPurpose,
  type Keys,
  KeysError,
  keyVariables,
  ringChange,
  type RingHistory,
  withoutRetired,
} from '@lethe/identity';
import type { Store } from '@lethe/store';
import { keyHistories } from '../store/key-histories.ts';
import { idsInStore, keysInUse, type KeyUse, labelOld } from '../store/key-use.ts';

type Rings = Pick<Keys, KeyPurpose>;

/** Sealing keys have no order: a box says which one it is under. Names in the register move on from key to key. */
const kinds = {
  peppers: { ordered: true, chained: false, by: 'register entries and identifiers are named with it' },
  register: { ordered: true, chained: true, by: 'register entries are made with it' },
  sealing: { ordered: false, chained: false, by: 'boxes are sealed under it' },
} as const satisfies Readonly<Record<KeyPurpose, object>>;
const purposes = ['peppers', 'register', 'sealing'] as const satisfies readonly KeyPurpose[];
type Histories = ReadonlyMap<KeyPurpose, RingHistory>;

/**
 * Remembers the keys as the present ones, those of all purposes or none.
 * @returns the rings without what was retired and is not needed
 * @throws KeysError
 */
export async function admitKeys(store: Store, keys: Rings): Promise<Rings> {
  await labelOld(store, [...keys.peppers.byId.keys()]);
  for (;;) {
    const known = await keyHistories.stored(store);
    const before = new Map([...known].map(([purpose, { history }]) => [purpose, history]));
    const next = judged(keys, before, await needed(store, keys, before));
    const changed = new Map(
      [...next].filter(([purpose, history]) => JSON.stringify(history) !== JSON.stringify(before.get(purpose))),
    );
    if (changed.size === 0 || (await keyHistories.replace(store, changed, known))) return admitted(keys, next);
  }
}

function judged(keys: Rings, before: Histories, needs: Readonly<Record<KeyPurpose, KeyUse>>): Histories {
  const next = new Map<KeyPurpose, RingHistory>();
  const problems: string[] = [];
  for (const purpose of purposes) {
    const use = { ...kinds[purpose], variable: keyVariables[purpose], needed: needs[purpose] };
    const change = ringChange(before.get(purpose) ?? null, keys[purpose], use);
    if (change.ok) next.set(purpose, change.history);
    else problems.push(...change.problems);
  }
  if (problems.length > 0) throw new KeysError(problems);
  return next;
}

function admitted({ peppers, register, sealing }: Rings, next: Histories): Rings {
  const [ofPeppers, ofRegister] = [next.get('peppers'), next.get('register')];
  return {
    peppers: ofPeppers === undefined ? peppers : withoutRetired(peppers, ofPeppers),
    register: ofRegister === undefined ? register : withoutRetired(register, ofRegister),
    sealing,
  };
}

const nothing: Readonly<Record<KeyPurpose, KeyUse>> = { peppers: new Map(), register: new Map(), sealing: new Map() };

/** What of the store needs which key. Counting everything takes its time: only when a key is absent or was retired. */
async function needed(store: Store, keys: Rings, before: Histories): Promise<Readonly<Record<KeyPurpose, KeyUse>>> {
  const stored = await idsInStore(store);
  const isWhole = purposes.every((purpose) => {
    const { ring = [], retired = [] } = before.get(purpose) ?? {};
    const ids = [...ring.map(({ id }) => id), ...stored[purpose]];
    const isBack = kinds[purpose].ordered && retired.some(({ id }) => keys[purpose].byId.has(id));
    return !isBack && ids.every((id) => keys[purpose].byId.has(id));
  });
  if (isWhole) return nothing;
  // A name under a pepper that was retired is none by which anybody is found.
  const retired = before.get('peppers')?.retired.map(({ id }) => id) ?? [];
  return keysInUse(
    store,
    [...keys.peppers.byId.keys()].filter((id) => !retired.includes(id)),
  );
}
