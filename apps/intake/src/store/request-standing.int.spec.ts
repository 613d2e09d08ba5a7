import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics } from '@lethe/service';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { metrics as declared } from '../metrics.ts';
import { showStanding } from '../show-standing.ts';
import { subjectRequests } from './subject-requests.ts';

const HOUR = 3_600_000;

describe('how open requests stand', () => {
  let store: Store;

  beforeAll(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${namespace()}-intake`);
  }, 120_000);
  afterAll(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  it('is told by state, with the overdue ones by the database’s clock, and nothing of what is completed', async () => {
    const now = (await store.now()).getTime();
    const at = (ms: number): Date => new Date(now + ms);
    const states = [
      { state: 'accepted', receivedAt: at(-HOUR), respondBy: at(HOUR) },
      { state: 'in_progress', receivedAt: at(-2 * HOUR), respondBy: at(-1) },
      { state: 'in_progress', receivedAt: at(HOUR), respondBy: at(HOUR) },
      { state: 'completed', receivedAt: at(-HOUR), respondBy: at(-HOUR) },
      { state: 'unheard', receivedAt: null, respondBy: null },
    ];
    const { collection } = subjectRequests.kind;
    await store.db.collection(collection).insertMany(states.map((state) => ({ version: 1, pos: 1, state })));
    const metrics = createMetrics('intake', declared);
    await showStanding({ store, metrics }).step();
    const text = await metrics.text();
    const shown = (name: string, state: string): number =>
      Number(new RegExp(`^${name}\\{.*state="${state}".*\\} (.*)$`, 'm').exec(text)?.[1]);
    const open = ['unheard', 'accepted', 'in_progress', 'completed'].map((state) =>
      shown('lethe_requests_open', state),
    );
    expect(open).toEqual([1, 1, 2, NaN]);
    expect(shown('lethe_requests_overdue', 'in_progress')).toBe(1);
    expect(shown('lethe_requests_overdue', 'accepted')).toBe(0);
    expect(shown('lethe_requests_oldest_seconds', 'in_progress')).toBeGreaterThanOrEqual(7_200);
    expect(shown('lethe_requests_oldest_seconds', 'unheard')).toBe(0);
  });
});
