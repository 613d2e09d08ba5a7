/** An order whose box cannot be opened never goes out: so a key that open cases need may not be missing at the start. */
import { type KeyRing, KeysError, keyVariables } from '@lethe/identity';
import { looking, type ServiceHandle, type Task } from '@lethe/service';
import type { Store } from '@lethe/store';
import { keysInUse } from './metrics.ts';
import { boxesInUse } from './store/boxes-in-use.ts';

/** @throws KeysError naming each key that is missing, and what needs it */
export async function admitSealingKeys(store: Pick<Store, 'db'>, cases: string, ring: KeyRing): Promise<void> {
  const missing = [...(await boxesInUse(store, cases))].filter(([id]) => !ring.byId.has(id));
  if (missing.length === 0) return;
  throw new KeysError(
    missing.map(
      ([id, count]) =>
        `${keyVariables.sealing}: ${id} is missing, and ${count} boxes of open cases are sealed under it; put it back, behind the active one`,
    ),
  );
}

/** Shows which keys open cases need, so that an operator sees when one is free. */
export function showKeys(service: Pick<ServiceHandle, 'metrics' | 'store'>, cases: string, ring: KeyRing): Task {
  return looking(service, 'keys', [keysInUse], async () => {
    const use = await boxesInUse(service.store, cases);
    const ids = [...new Set([...ring.byId.keys(), ...use.keys()])];
    service.metrics.replace(
      keysInUse,
      ids.map((key) => ({ labels: { purpose: 'sealing', key }, value: use.get(key) ?? 0 })),
    );
  });
}
