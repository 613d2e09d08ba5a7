/** How the open requests stand, counted in the database by the index of states. */
import type { Store } from '@lethe/store';
import { subjectRequests } from './subject-requests.ts';

export interface RequestStanding {
  readonly state: string;
  readonly open: number;
  readonly overdue: number;
  readonly oldestMs: number;
}

/** `unheard`: only their case was heard of. */
export const openStates = ['unheard', 'accepted', 'in_progress'] as const;

export async function requestStanding({ db }: Pick<Store, 'db'>): Promise<readonly RequestStanding[]> {
  return db
    .collection(subjectRequests.kind.collection)
    .aggregate<RequestStanding>([
      { $match: { 'state.state': { $in: [...openStates] } } },
      {
        $group: {
          _id: '$state.state',
          open: { $sum: 1 },
          overdue: { $sum: { $cond: [{ $gt: ['$$NOW', { $ifNull: ['$state.respondBy', '$$NOW'] }] }, 1, 0] } },
          oldestMs: { $max: { $subtract: ['$$NOW', { $ifNull: ['$state.receivedAt', '$$NOW'] }] } },
        },
      },
      { $project: { _id: 0, state: '$_id', open: 1, overdue: 1, oldestMs: 1 } },
    ])
    .toArray();
}
