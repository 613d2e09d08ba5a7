/** Which lists of keys a store lets discovery start with. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Keys, KeysError, loadKeys, registerHashes, registerNameOf } from '@lethe/identity';
import type { Reader } from '@lethe/service';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { namesUnder } from '../names.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { keysInUse } from '../store/key-use.ts';
import { admitKeys } from './admit-keys.ts';

const made = new Map<string, string>();
/** `p2,p1` as an operator would write it, each id with a key of its own. */
const list = (ids: string): string =>
  ids
    .split(',')
    .map((id) => {
      const key = made.get(id) ?? randomBytes(32).toString('base64');
      made.set(id, key);
      return `${id}:${key}`;
    })
    .join();
const keys = (peppers: string, register = 'r1', sealing = 's1'): Keys =>
  loadKeys({
    LETHE_PEPPERS: list(peppers),
    LETHE_REGISTER_KEYS: list(register),
    LETHE_SEALING_KEYS: list(sealing),
  });
const readerOf = ({ db }: Store): Reader => ({
  find: (collection, filter) =>
    db
      .collection(collection)
      .find(filter as never)
      .toArray() as never,
  states: () => Promise.resolve(new Map()),
});

describe('keys', () => {
  let store: Store;
  beforeEach(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${namespace()}-discovery`);
  }, 60_000);
  afterEach(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  const problems = async (given: Keys): Promise<readonly string[]> => {
    try {
      await admitKeys(store, given);
      return [];
    } catch (error) {
      if (error instanceof KeysError) return error.problems;
      throw error;
    }
  };
  const insert = (collection: string, ...documents: readonly object[]): Promise<unknown> =>
    store.db.collection(collection).insertMany(documents.map((each) => ({ ...each })));
  /** Of a ref under p1, made with r1. */
  const entry = (more: object = {}) => ({ ...registerNameOf(keys('p1').register, 'p1.a'), requestId: 'r', ...more });

  it('may rotate, start again, and be started in several processes at once', async () => {
    await admitKeys(store, keys('p1'));
    await Promise.all(Array.from({ length: 4 }, () => admitKeys(store, keys('p2,p1', 'r2,r1', 's2,s1'))));
    expect(await problems(keys('p2,p1', 'r2,r1', 's1,s2'))).toEqual([]);
  });

  it('may not be those of before in a process that starts again: others make names with newer ones', async () => {
    await admitKeys(store, keys('p1'));
    await admitKeys(store, keys('p2,p1', 'r2,r1'));
    expect(await problems(keys('p1'))).toEqual([
      'LETHE_PEPPERS: p2 is in use already; put it at the front',
      'LETHE_REGISTER_KEYS: r2 is in use already; put it at the front',
    ]);
    expect(await problems(keys('p2,p1', 'r2,r1'))).toEqual([]);
  });

  it('may not change their order or have a new one behind the others', async () => {
    await admitKeys(store, keys('p2,p1', 'r2,r1'));
    expect(await problems(keys('p2,p3,p1', 'r3,r1,r2'))).toEqual([
      'LETHE_PEPPERS: p3 is new and stands behind p2; a new key goes to the front',
      'LETHE_REGISTER_KEYS: the order was r2, r1 and may not change',
    ]);
  });

  it('may lose what nothing needs, and then names are made without it', async () => {
    await admitKeys(store, keys('p3,p2,p1', 'r2,r1,r0'));
    await insert('erasure-register', entry());
    expect(await problems(keys('p3,p1', 'r2,r1'))).toEqual([]);
    const admitted = await admitKeys(store, keys('p3,p2,p1', 'r2,r1,r0'));
    expect([...admitted.peppers.byId.keys()]).toEqual(['p3', 'p1']);
    expect([...admitted.register.byId.keys()]).toEqual(['r2', 'r1']);
    expect(await problems(keys('p2,p3,p1', 'r2,r1'))).toContain(
      'LETHE_PEPPERS: p2 was retired and cannot become active again',
    );
  });

  it('are looked up again when something is known by a retired one alone, and processes without it stop', async () => {
    await admitKeys(store, keys('p2,p1', 'r2,r1'));
    const youngest = await admitKeys(store, keys('p2', 'r2'));
    const checked = (rings: Keys) => namesUnder(rings).checkKeys(readerOf(store));
    await checked({ ...keys('p2', 'r2'), ...youngest });
    // By a process with the list of before, in a transaction that had begun before the newer ones were there.
    await insert('identities', { _id: 'p1.a', sealed: { keyId: 's1' } });
    await insert('erasure-register', entry());
    expect(await problems(keys('p2', 'r2'))).toEqual([
      'LETHE_PEPPERS: p1 is missing, and 2 register entries and identifiers are named with it; put it back: p2, p1',
      'LETHE_REGISTER_KEYS: r1 is missing, and 1 register entries are made with it; put it back: r2, r1',
    ]);
    const admitted = await admitKeys(store, keys('p2,p1', 'r2,r1'));
    expect([...admitted.peppers.byId.keys()]).toEqual(['p2', 'p1']);
    expect(registerHashes(admitted.register, 'p1.a')).toContain(entry().hash);
    await checked({ ...keys('p2,p1', 'r2,r1'), ...admitted });
    await expect(checked(keys('p2', 'r2,r1'))).rejects.toMatchObject({ code: 'peppers_moved_on' });
    await expect(checked(keys('p1', 'r2,r1'))).rejects.toMatchObject({ code: 'peppers_moved_on' });
    await expect(checked(keys('p2,p1', 'r2'))).rejects.toMatchObject({ code: 'register_keys_moved_on' });
    expect(await problems(keys('p2', 'r2'))).toHaveLength(2);
  });

  it('are none of them refused alone: what is in order waits for the rest', async () => {
    await admitKeys(store, keys('p1', 'r1', 's1'));
    await insert('identities', { _id: 'p1.a', sealed: { keyId: 's1' } });
    const before = await store.db.collection('key-histories').find().sort({ _id: 1 }).toArray();
    expect(await problems(keys('p2,p1', 'r2,r1', 's2'))).toEqual([
      'LETHE_SEALING_KEYS: s1 is missing, and 1 boxes are sealed under it; put it back: s2, s1',
    ]);
    expect(await store.db.collection('key-histories').find().sort({ _id: 1 }).toArray()).toEqual(before);
    await namesUnder(keys('p1', 'r1', 's1')).checkKeys(readerOf(store));
    expect(await problems(keys('p1', 'r1', 's1'))).toEqual([]);
  });

  it('may not lose what is needed: the counts say by what', async () => {
    await admitKeys(store, keys('p2,p1', 'r2,r1', 's2,s1'));
    await insert(
      'erasure-register',
      entry(),
      entry({ hash: 'r2.x', keys: ['r1', 'r2'] }),
      entry({ hash: 'r1.y', alsoUnder: ['p2'] }),
    );
    await insert(
      'identities',
      { _id: 'p1.a', sealed: { keyId: 's1' } },
      { _id: 'p1.b', sealed: { keyId: 's2' }, alsoUnder: ['p2'] },
    );
    await insert('locations', { state: { state: 'complete', found: { identifiers: [{ sealed: { keyId: 's1' } }] } } });
    expect(await problems(keys('p2', 'r2', 's2'))).toEqual([
      'LETHE_PEPPERS: p1 is missing, and 3 register entries and identifiers are named with it; put it back: p2, p1',
      'LETHE_REGISTER_KEYS: r1 is missing, and 3 register entries are made with it; put it back: r2, r1',
      'LETHE_SEALING_KEYS: s1 is missing, and 2 boxes are sealed under it; put it back: s2, s1',
    ]);
  });

  it('are missed also where their boxes came after they had been taken out', async () => {
    await admitKeys(store, keys('p1', 'r1', 's2,s1'));
    await admitKeys(store, keys('p1', 'r1', 's2'));
    await insert('locations', { state: { state: 'locating', found: { identifiers: [{ sealed: { keyId: 's1' } }] } } });
    expect(await problems(keys('p1', 'r1', 's2'))).toEqual([
      'LETHE_SEALING_KEYS: s1 is missing, and 1 boxes are sealed under it; put it back: s2, s1',
    ]);
  });

  it('are missed where two retired ones know each other alone', async () => {
    await admitKeys(store, keys('p3,p2,p1'));
    await admitKeys(store, keys('p3'));
    await insert('identities', { _id: 'p1.a', sealed: { keyId: 's1' }, alsoUnder: ['p2'] });
    expect(await problems(keys('p3,p2'))).toEqual([expect.stringContaining('put it back: p3, p2, p1')]);
    const { peppers } = await admitKeys(store, keys('p3,p2,p1'));
    expect([...peppers.byId.keys()]).toContain('p1');
  });

  it('are missed also by a store that remembers none: as its names and entries say', async () => {
    await insert('identities', { _id: 'p1.a', sealed: { keyId: 's1' } });
    await insert('erasure-register', entry());
    expect(await problems(keys('p2', 'r2'))).toEqual([
      expect.stringContaining('LETHE_PEPPERS: p1 is missing'),
      expect.stringContaining('LETHE_REGISTER_KEYS: r1 is missing'),
    ]);
  });

  it('are told by their ids in entries of before, which said neither key nor pepper', async () => {
    const { hash } = entry();
    await insert('erasure-register', { hash, requestId: 'r' });
    await admitKeys(store, keys('p2,p1', 'r2,r1'));
    const labelled = { keys: ['r1'], pepper: 'p1' };
    expect(await store.db.collection('erasure-register').findOne({ hash })).toMatchObject(labelled);
    // A process of that release still runs: its entry waits for the next count, and then for nothing else.
    await insert('erasure-register', { _id: 'late', hash: 'r1.late', requestId: 'r' });
    expect(await erasureRegister.idsUnder(store, ['r1'], 9)).toHaveLength(1);
    expect((await keysInUse(store, ['p2'])).register.get('r1')).toBe(2);
    expect(await store.db.collection('erasure-register').findOne({ hash: 'r1.late' })).toMatchObject(labelled);
    expect(await erasureRegister.idsUnder(store, ['r1'], 9)).toHaveLength(2);
  });

  it('are not what is remembered of them', async () => {
    await admitKeys(store, keys('p1', 'r1', 's1'));
    const remembered = JSON.stringify(await store.db.collection('key-histories').find().toArray());
    expect(remembered).toContain('p1');
    for (const key of made.values()) expect(remembered).not.toContain(key);
  });
});
