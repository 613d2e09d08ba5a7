/** Which sealing keys erasure does not start without. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { developmentKeys } from '@lethe/identity';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { admitSealingKeys } from './sealing-keys.ts';
import { boxesInUse } from './store/boxes-in-use.ts';

const cases = 'erasure-cases';
const box = (keyId: string) => ({ sealed: { keyId } });

describe('the sealing keys of erasure', () => {
  let store: Store;
  beforeEach(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${namespace()}-erasure`);
  }, 60_000);
  afterEach(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  it('are those of open cases and of orders on their way out; others are not missed', async () => {
    const { sealing } = developmentKeys();
    await expect(admitSealingKeys(store, cases, sealing)).resolves.toBeUndefined();
    await store.db.collection(cases).insertMany([
      {
        state: { state: 'erasing', orders: [{ identifiers: [box('dev'), box('s1')] }, { identifiers: [box('s1')] }] },
      },
      { state: { state: 'closed', orders: [{ identifiers: [] }] } },
    ]);
    await store.db
      .collection('outbox')
      .insertOne({ entries: [{ opens: { identifiers: [box('s0')] } }, { opens: null }] });
    expect(new Map(await boxesInUse(store, cases))).toEqual(
      new Map([
        ['dev', 1],
        ['s1', 2],
        ['s0', 1],
      ]),
    );
    await expect(admitSealingKeys(store, cases, sealing)).rejects.toMatchObject({
      name: 'KeysError',
      problems: expect.arrayContaining([
        'LETHE_SEALING_KEYS: s1 is missing, and 2 boxes of open cases are sealed under it; put it back, behind the active one',
        'LETHE_SEALING_KEYS: s0 is missing, and 1 boxes of open cases are sealed under it; put it back, behind the active one',
      ]) as unknown,
    });
  });
});
