import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics } from '@lethe/service';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { metrics as declared } from '../metrics.ts';
import { showStanding } from '../show-standing.ts';
import { caseStanding } from './case-standing.ts';
import { erasureCases } from './erasure-cases.ts';

const HOUR = 3_600_000;
const cases = erasureCases({ publishAgainAfterMs: HOUR });
const { collection } = cases.kind;

describe('how open cases stand', () => {
  let store: Store;
  let now: number;

  beforeAll(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${namespace()}-erasure`);
  }, 120_000);
  afterAll(async () => {
    await store.db.dropDatabase();
    await store.close();
  });
  beforeEach(async () => {
    await store.db.collection(collection).deleteMany({});
    now = (await store.now()).getTime();
  });

  const ago = (ms: number): Date => new Date(now - ms);
  const order = (system: string, state: string, answerBy: Date | null, sentAt = ago(HOUR)) => ({
    system,
    state,
    answerBy,
    sentAt,
  });
  const given = (...states: readonly object[]) =>
    store.db.collection(collection).insertMany(states.map((state) => ({ version: 1, pos: 1, state })));

  it('is told by state, age and system, of what is open alone, by the database’s clock', async () => {
    const ahead = ago(-HOUR);
    await given(
      { state: 'unheard', openedAt: null, orders: [] },
      { state: 'locating', openedAt: ago(HOUR / 2), orders: [], request: { respondBy: ahead } },
      {
        state: 'erasing',
        openedAt: ago(48 * HOUR),
        request: { respondBy: ago(1_000) },
        orders: [
          order('sales', 'open', ago(60_000), ago(30 * HOUR)),
          order('sales', 'open', ahead),
          order('returns', 'answered', ago(60_000)),
          order('accounts', 'planned', null),
        ],
      },
      {
        state: 'erasing',
        openedAt: ago(900 * HOUR),
        request: { respondBy: ahead },
        orders: [order('sales', 'open', ago(1))],
      },
      {
        state: 'closed',
        openedAt: ago(900 * HOUR),
        request: { respondBy: ago(1) },
        orders: [order('sales', 'open', ago(1))],
      },
    );
    const { cases: open, overdue, orders } = await caseStanding(store, collection);
    expect(open.map(({ state, age, count }) => `${state} ${age} ${count}`).sort()).toEqual([
      'erasing over_30d 1',
      'erasing under_7d 1',
      'locating under_1h 1',
      'unheard under_1h 1',
    ]);
    expect(overdue).toBe(1);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ system: 'sales', open: 3, overdue: 2 });
    expect(orders[0]?.oldestMs).toBeGreaterThanOrEqual(30 * HOUR);
  });

  it('is shown for every system, also with nothing open, and not at all when the database cannot be asked', async () => {
    const metrics = createMetrics('erasure', declared);
    await given({ state: 'erasing', openedAt: ago(HOUR), orders: [order('sales', 'open', ago(1))] });
    await showStanding({ store, metrics }, cases, ['sales', 'returns']).step();
    const text = await metrics.text();
    expect(text).toMatch(/^lethe_orders_overdue\{.*system="sales".*\} 1$/m);
    expect(text).toMatch(/^lethe_orders_open\{.*system="returns".*\} 0$/m);
    expect(text).toMatch(/^lethe_cases_overdue\{.*\} 0$/m);

    const away = { ...store, db: store.client.db('there is no such name') };
    await expect(showStanding({ store: away, metrics }, cases, ['sales']).step()).rejects.toThrow();
    expect(await metrics.text()).not.toMatch(/^lethe_(orders|cases)_\w+\{/m);
  });
});
