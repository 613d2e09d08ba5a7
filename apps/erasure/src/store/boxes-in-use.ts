/** Under which keys the boxes are sealed that open cases, and orders on their way out, still hold. */
import type { Store } from '@lethe/store';

interface Group {
  readonly _id: string;
  readonly count: number;
}

/**
 * Key id -> boxes. A closed case holds none.
 * @param cases their collection
 */
export async function boxesInUse({ db }: Pick<Store, 'db'>, cases: string): Promise<ReadonlyMap<string, number>> {
  const perKey = (box: string): object => ({ $group: { _id: `${box}.sealed.keyId`, count: { $sum: 1 } } });
  const [inCases, onTheirWay] = await Promise.all([
    db
      .collection(cases)
      .aggregate<Group>([
        { $match: { 'state.state': { $in: ['locating', 'erasing'] } } },
        { $unwind: '$state.orders' },
        { $unwind: '$state.orders.identifiers' },
        perKey('$state.orders.identifiers'),
      ])
      .toArray(),
    db
      .collection('outbox')
      .aggregate<Group>([
        { $unwind: '$entries' },
        { $unwind: '$entries.opens.identifiers' },
        perKey('$entries.opens.identifiers'),
      ])
      .toArray(),
  ]);
  const use = new Map<string, number>();
  for (const { _id, count } of [...inCases, ...onTheirWay]) use.set(_id, (use.get(_id) ?? 0) + count);
  return use;
}
