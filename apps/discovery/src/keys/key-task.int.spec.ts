/** What older keys made is moved on while orders are heard, by several processes at once: nothing is lost or forgotten. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Keys, loadKeys, registerNameOf, sealerOf } from '@lethe/identity';
import type { BulkWrite, Changes, Reader } from '@lethe/service';
import { connectStore, type Store, StoreError, transact, writeInBulk } from '@lethe/store';
import { heardOrder, notErasing, registerEntries } from '@lethe/subject-footprint';
import { namespace, testStack } from '@lethe/testkit';
import { boxesResealed, boxesUnopened, documentsUnder, entriesRewrapped, namesAdded } from '../metrics.ts';
import { namesUnder } from '../names.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { identities, type IdentityDocument } from '../store/identities.ts';
import { keysInUse } from '../store/key-use.ts';
import { links } from '../store/links.ts';
import { admitKeys } from './admit-keys.ts';
import { type KeyService, keyTask } from './key-task.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [p1, p2, r1, r2, s1, s2] = [key('p1'), key('p2'), key('r1'), key('r2'), key('s1'), key('s2')];
const keysOf = (peppers: string, register: string, sealing: string): Keys =>
  loadKeys({ LETHE_PEPPERS: peppers, LETHE_REGISTER_KEYS: register, LETHE_SEALING_KEYS: sealing });
const old = keysOf(p1, r1, s1);
const young = keysOf(`${p2},${p1}`, `${r2},${r1}`, `${s2},${s1}`);
const controller = 'corner';
const cutOff = new Date('2026-03-01T12:00:00.000Z');
const systems = ['accounts', 'desk', 'sales'];
const silent = (): void => undefined;

interface Entry {
  readonly _id: string;
  readonly hash: string;
  readonly keys: readonly string[];
  readonly pepper: string;
  readonly requestId: string;
  readonly cutOff: Date | null;
  readonly began: readonly { readonly system: string }[];
}

describe('the key task', () => {
  let store: Store;
  let counted: Map<string, number>;
  let inUse: Map<string, number>;

  beforeEach(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${namespace()}-discovery`);
    // Made inside a transaction, a collection would be a conflict for every other one.
    for (const name of [erasureRegister.collection, identities.collection, links.collection])
      await store.db.createCollection(name);
    for (const { collection, keys } of [...erasureRegister.indexes, ...links.indexes])
      await store.db.collection(collection).createIndex(keys);
    counted = new Map();
    inUse = new Map();
  }, 60_000);
  afterEach(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  /** As the platform does it: one transaction, again when what it read has moved on. */
  const inTransaction = async (rule: (reader: Reader, now: Date) => Promise<Changes>): Promise<Changes> => {
    for (;;) {
      try {
        return await transact(store, async (session) => {
          const reader: Reader = {
            find: (collection, filter, { limit = 0 } = {}) =>
              store.db
                .collection(collection)
                .find(filter as never, { session, limit })
                .toArray() as never,
            states: () => Promise.resolve(new Map()),
          };
          const changes = await rule(reader, new Date());
          const byCollection = Map.groupBy(changes.writes ?? [], ({ collection }) => collection);
          for (const [collection, writes] of byCollection) {
            const operations = writes.map(({ operation }) => operation);
            await writeInBulk(store.db, collection, operations, session);
          }
          return changes;
        });
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'conflict') throw error;
      }
    }
  };
  const service = (): KeyService => ({
    store,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    metrics: {
      count: silent,
      set: silent,
      replace: ({ name }, series) => {
        inUse = new Map(series.map(({ labels, value }) => [[name, ...Object.values<string>(labels)].join(' '), value]));
      },
      observe: silent,
      total: () => Promise.resolve(0),
      text: () => Promise.resolve(''),
    },
    transact: async (rule) => {
      const { counts = [] } = await inTransaction(rule as (reader: Reader, now: Date) => Promise<Changes>);
      for (const [{ name }, by] of counts) counted.set(name, (counted.get(name) ?? 0) + by);
    },
  });
  const task = () => keyTask(service(), namesUnder(young), { everyMs: 1, atOnce: 7, restMs: 0, idleMs: 0 });
  const write = (writes: readonly BulkWrite[]): Promise<unknown> => inTransaction(() => Promise.resolve({ writes }));
  /** What the handler of OrderSent does. */
  const order = (requestId: string, system: string): Promise<unknown> =>
    inTransaction(async (reader) => ({
      writes: (await erasureRegister.ofRequests(reader, [requestId])).map((entry) =>
        erasureRegister.put(heardOrder(entry, { system, sentAt: cutOff, eraseThrough: cutOff })),
      ),
    }));
  const register = (requestId: string, refs: readonly string[]): Promise<unknown> => {
    const names = refs.map((ref) => registerNameOf(old.register, ref));
    return write(registerEntries(names, requestId, cutOff, notErasing).map(erasureRegister.add));
  };
  const entries = (): Promise<readonly Entry[]> =>
    store.db.collection<Entry>(erasureRegister.collection).find().toArray();
  const held = (): Promise<readonly IdentityDocument[]> =>
    store.db.collection<IdentityDocument>(identities.collection).find().toArray();
  const box = (value: string) => sealerOf(old).seal({ controller, type: 'email', value });

  it('moves entries on while orders are heard, and each entry hears each of them', async () => {
    await admitKeys(store, young);
    const requests = ['q1', 'q2', 'q3'];
    const refs = Array.from({ length: 12 }, (_, at) => `p1.${at}`);
    for (const id of requests) await register(id, refs);
    const both = [task(), task()];
    await Promise.all([
      ...both.map(async (each) => {
        while (await each.step());
      }),
      ...requests.flatMap((id) => systems.map((system) => order(id, system))),
    ]);
    for (const each of both) await each.step();

    const all = await entries();
    expect(all).toHaveLength(36);
    for (const entry of all) {
      expect(entry._id).toBe(`${entry.hash}|${entry.requestId}`);
      expect(entry.keys).toEqual(['r1', 'r2']);
      expect(entry.cutOff).toEqual(cutOff);
      expect(entry.began.map(({ system }) => system)).toEqual(systems);
    }
    expect(counted.get(entriesRewrapped.name)).toBe(36);
    const forms = new Set(refs.flatMap((ref) => namesUnder(young).registerHashes(ref)));
    expect(all.every(({ hash }) => forms.has(hash))).toBe(true);
  }, 60_000);

  it('gives the index new boxes and names, and entries their new names while orders are heard', async () => {
    await admitKeys(store, old);
    const boxes = Array.from({ length: 20 }, (_, at) => box(`${at}@example.com`));
    await write(boxes.flatMap((each) => identities.add({ ...each, controller }, new Map(), 's1')));
    await register(
      'q1',
      boxes.map(({ ref }) => ref),
    );
    await admitKeys(store, young);
    const both = [task(), task()];
    await Promise.all([...both.map((each) => each.step()), ...systems.map((system) => order('q1', system))]);
    for (let turns = 0; turns < 8; turns += 1) for (const each of both) await each.step();

    for (const { _id, type, sealed, alsoUnder } of await held()) {
      expect(sealed.keyId).toBe('s2');
      expect(alsoUnder).toEqual(['p2']);
      expect(sealerOf(young).open(controller, { ref: _id, type, sealed })).toMatch(/@example\.com$/);
    }
    expect(await store.db.collection(links.collection).countDocuments({ same: true })).toBe(20);
    const all = await entries();
    expect(all).toHaveLength(40);
    for (const entry of all) expect(entry.began.map(({ system }) => system)).toEqual(systems);
    expect([counted.get(boxesResealed.name), counted.get(namesAdded.name)]).toEqual([20, 20]);
    const { sealing, peppers, register: registerKeys } = await keysInUse(store, ['p2', 'p1']);
    expect([...sealing]).toEqual([['s2', 20]]);
    expect([peppers.get('p1'), registerKeys.get('r1')]).toEqual([0, 20]);
  }, 60_000);

  it('passes over a box that does not open, which goes on to need its key and its pepper', async () => {
    await admitKeys(store, young);
    const [good, other] = [box('good@example.com'), box('other@example.com')];
    const broken = { ...other, sealed: good.sealed };
    const strange = { ...box('strange@example.com'), sealed: { ...good.sealed, keyId: 's9' } };
    await write([good, broken, strange].flatMap((each) => identities.add({ ...each, controller }, new Map(), 's1')));
    const one = task();
    for (let turns = 0; turns < 3; turns += 1) await one.step();
    expect((await held()).map(({ sealed }) => sealed.keyId).sort()).toEqual(['s1', 's2', 's9']);
    expect(counted.get(boxesUnopened.name)).toBeGreaterThanOrEqual(2);
    expect(inUse.get(`${documentsUnder.name} peppers p1`)).toBe(2);
    expect(inUse.get(`${documentsUnder.name} sealing s9`)).toBe(1);
  }, 60_000);
});
