import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { namespace, testStack } from '@lethe/testkit';
import { connectStore, type Store } from './connect.ts';
import { loadRecords, type RecordChange, writeRecords } from './records.ts';
import { transact } from './transaction.ts';

interface State {
  readonly count: number;
  readonly open: string;
}

let store: Store;
beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, namespace());
  await store.db.createCollection('records');
}, 120_000);
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

const change = (id: string, from: number, count: number, pos = count): RecordChange<State> => ({
  id,
  from,
  pos,
  state: { count, open: 'yes' },
});
const write = (...changes: readonly RecordChange<State>[]): Promise<void> =>
  transact(store, (session) => writeRecords(store.db, 'records', changes, session));
const load = (...ids: readonly string[]) => loadRecords<State>(store.db, 'records', ids);

describe('records', () => {
  it('counts versions from what was read', async () => {
    await write(change('a', 0, 1), change('b', 0, 1));
    await write(change('a', 1, 2));
    const found = await load('a', 'b', 'nobody');
    expect([...found.values()].map(({ _id, version, state }) => [_id, version, state.count]).sort()).toEqual([
      ['a', 2, 2],
      ['b', 1, 1],
    ]);
  });

  it.each([
    ['was changed by someone else', change('a', 1, 9)],
    ['is there already', change('a', 0, 9)],
    ['is gone', change('nobody', 3, 9)],
  ])('writes nothing at all when one record %s', async (_what, stale) => {
    await expect(write(change('b', 1, 9), stale)).rejects.toMatchObject({ name: 'StoreError', code: 'conflict' });
    const found = await load('a', 'b', 'nobody');
    expect([...found.values()].map(({ state }) => state.count).sort()).toEqual([1, 2]);
  });
});
