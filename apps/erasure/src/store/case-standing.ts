/** How the open cases stand, counted in the database: by the index of states, and of what is open alone. */
import type { Store } from '@lethe/store';

export interface CaseStanding {
  readonly cases: readonly {
    readonly state: string;
    readonly age: string;
    readonly count: number;
    readonly oldestMs: number;
  }[];
  readonly overdue: number;
  readonly orders: readonly {
    readonly system: string;
    readonly open: number;
    readonly overdue: number;
    readonly oldestMs: number;
  }[];
}

const HOUR_MS = 3_600_000;
const ages = [
  { age: 'under_1h', below: HOUR_MS },
  { age: 'under_1d', below: 24 * HOUR_MS },
  { age: 'under_7d', below: 7 * 24 * HOUR_MS },
  { age: 'under_30d', below: 30 * 24 * HOUR_MS },
] as const;
const OPEN = { 'state.state': { $in: ['unheard', 'locating', 'erasing'] } };
const since = (field: string) => ({ $subtract: ['$$NOW', { $ifNull: [field, '$$NOW'] }] });

/** @param collection of the cases */
export async function caseStanding({ db }: Pick<Store, 'db'>, collection: string): Promise<CaseStanding> {
  const [cases, overdue, orders] = await Promise.all([
    db
      .collection(collection)
      .aggregate<CaseStanding['cases'][number]>([
        { $match: OPEN },
        { $project: { state: '$state.state', ms: since('$state.openedAt') } },
        { $group: { _id: { state: '$state', age: ageOf('$ms') }, count: { $sum: 1 }, oldestMs: { $max: '$ms' } } },
        { $project: { _id: 0, state: '$_id.state', age: '$_id.age', count: 1, oldestMs: 1 } },
      ])
      .toArray(),
    db
      .collection(collection)
      .aggregate<{ count: number }>([
        { $match: { ...OPEN, $expr: { $gt: ['$$NOW', { $ifNull: ['$state.request.respondBy', '$$NOW'] }] } } },
        { $count: 'count' },
      ])
      .toArray(),
    db
      .collection(collection)
      .aggregate<CaseStanding['orders'][number]>([
        { $match: OPEN },
        { $unwind: '$state.orders' },
        { $replaceRoot: { newRoot: '$state.orders' } },
        { $match: { state: 'open' } },
        {
          $group: {
            _id: '$system',
            open: { $sum: 1 },
            overdue: { $sum: { $cond: [{ $gt: ['$$NOW', { $ifNull: ['$answerBy', '$$NOW'] }] }, 1, 0] } },
            oldestMs: { $max: since('$sentAt') },
          },
        },
        { $project: { _id: 0, system: '$_id', open: 1, overdue: 1, oldestMs: 1 } },
      ])
      .toArray(),
  ]);
  return { cases, overdue: overdue[0]?.count ?? 0, orders };
}

function ageOf(ms: string) {
  const branches = ages.map(({ age, below }) => ({ case: { $lt: [ms, below] }, then: age }));
  return { $switch: { branches, default: 'over_30d' } };
}
