import { loadOpen, type Store } from '@lethe/store';
import type { LocationState } from '@lethe/subject-footprint';
import { locations } from './locations.ts';

/** Locations whose barrier still stands, the oldest first. */
export async function openLocations(
  store: Store,
  most: number,
): Promise<readonly { readonly id: string; readonly state: LocationState }[]> {
  const { kind, initial } = locations;
  return loadOpen(store.db, { collection: kind.collection, initial }, { state: 'locating' }, most);
}
