import type { Store } from '@lethe/store';
import type { LocationState } from '@lethe/subject-footprint';
import { locations } from './locations.ts';

export interface OpenLocation {
  readonly id: string;
  readonly state: LocationState;
}

/** How many locations owe an answer, and for how long the oldest of them has, by the database's clock. */
export interface Standing {
  readonly locating: number;
  /** They wait for a person. */
  readonly capped: number;
  readonly oldestMs: number;
}

const { collection } = locations.kind;
const place = { 'state.openSince': 1, _id: 1 } as const;

interface LocationDocument {
  readonly _id: string;
  readonly state: LocationState;
}

export const openLocations = {
  indexes: [{ collection, keys: { 'state.state': 1, ...place } }] as const,

  /** Locations whose barrier stands, the oldest first; behind the given one, so that all have their turn. */
  after: async (store: Store, last: OpenLocation | null, most: number): Promise<readonly OpenLocation[]> => {
    const since = last?.state.openSince ?? null;
    const behind =
      last === null
        ? {}
        : { $or: [{ 'state.openSince': { $gt: since } }, { 'state.openSince': since, _id: { $gt: last.id } }] };
    const found = await store.db
      .collection<LocationDocument>(collection)
      .find({ 'state.state': 'locating', ...behind } as never)
      .sort(place)
      .limit(most)
      .toArray();
    return found.map(({ _id, state }) => ({ id: _id, state }));
  },

  standing: async (store: Store): Promise<Standing> => {
    const open = await store.db
      .collection(collection)
      .aggregate<{ _id: 'locating' | 'capped'; count: number; oldestMs: number }>([
        { $match: { 'state.state': { $in: ['locating', 'capped'] } } },
        { $group: { _id: '$state.state', count: { $sum: 1 }, oldest: { $min: '$state.openSince' } } },
        { $project: { count: 1, oldestMs: { $subtract: ['$$NOW', '$oldest'] } } },
      ])
      .toArray();
    const countOf = (state: string): number => open.find(({ _id }) => _id === state)?.count ?? 0;
    return {
      locating: countOf('locating'),
      capped: countOf('capped'),
      oldestMs: Math.max(0, ...open.map(({ oldestMs }) => oldestMs)),
    };
  },
};
