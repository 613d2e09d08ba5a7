import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import { namespace, testStack } from '@lethe/testkit';
import { connectStore, type Store } from './connect.ts';
import { StoreError } from './errors.ts';
import { transact } from './transaction.ts';

interface Thing {
  readonly _id: string;
  readonly count: number;
}

let store: Store;
const things = () => store.db.collection<Thing>('things');

beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, namespace());
  await store.db.createCollection('things');
}, 120_000);
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

const codeOf = async (failing: Promise<unknown>): Promise<string> => {
  try {
    await failing;
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  throw new Error('it did not fail');
};

/** A store whose server leaves the outcome of commits unknown, `times` times, although they are made. */
const forgetful = (times: number): Store => {
  let left = times;
  const startSession = (): unknown => {
    const session = store.client.startSession();
    const commit = session.commitTransaction.bind(session);
    session.commitTransaction = async () => {
      await commit();
      if (left-- <= 0) return;
      const error = new MongoNetworkError('connection lost');
      error.addErrorLabel('UnknownTransactionCommitResult');
      throw error;
    };
    return session;
  };
  return { ...store, client: { startSession } as never };
};

describe('transact', () => {
  it('makes all of it true, or nothing', async () => {
    await transact(store, async (session) => {
      await things().insertMany(
        [
          { _id: 'a', count: 1 },
          { _id: 'b', count: 1 },
        ],
        { session },
      );
    });
    const failing = transact(store, async (session) => {
      await things().updateMany({}, { $inc: { count: 1 } }, { session });
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await things().distinct('count')).toEqual([1]);
  });

  it('never loops on a duplicate key: a conflict, at once, for the caller to read again', async () => {
    let attempts = 0;
    const failing = transact(store, async (session) => {
      attempts += 1;
      await things().insertOne({ _id: 'a', count: 9 }, { session });
    });
    expect(await codeOf(failing)).toBe('conflict');
    expect(attempts).toBe(1);
  });

  it('repeats a write conflict until everyone is through', async () => {
    await things().insertOne({ _id: 'contended', count: 0 });
    const add = (): Promise<unknown> =>
      transact(store, async (session) => {
        const found = await things().findOne({ _id: 'contended' }, { session });
        await things().updateOne({ _id: 'contended' }, { $set: { count: (found?.count ?? 0) + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 8 }, add));
    expect((await things().findOne({ _id: 'contended' }))?.count).toBe(8);
  });

  it('gives up by time, and says before each further attempt that it lives', async () => {
    await things().insertOne({ _id: 'blocked', count: 0 });
    const blocking = store.client.startSession();
    try {
      blocking.startTransaction();
      await things().updateOne({ _id: 'blocked' }, { $inc: { count: 1 } }, { session: blocking });
      let attempts = 0;
      let beats = 0;
      const body = async (session: typeof blocking): Promise<void> => {
        attempts += 1;
        await things().updateOne({ _id: 'blocked' }, { $inc: { count: 1 } }, { session });
      };
      const alive = (): Promise<void> => Promise.resolve(void (beats += 1));
      expect(await codeOf(transact(store, body, { withinMs: 200, alive }))).toBe('too_long');
      expect(attempts).toBeGreaterThan(1);
      expect(beats).toBe(attempts - 1);
      const lost = transact(store, body, { alive: () => Promise.reject(new RangeError('the partition is lost')) });
      await expect(lost).rejects.toThrow('the partition is lost');
    } finally {
      await blocking.abortTransaction();
      await blocking.endSession();
    }
  });

  it('asks again what became of a commit, and does not do the work twice', async () => {
    let attempts = 0;
    await transact(forgetful(3), async (session) => {
      attempts += 1;
      await things().insertOne({ _id: 'unknown', count: 1 }, { session });
    });
    expect(attempts).toBe(1);
    expect(await things().countDocuments({ _id: 'unknown' })).toBe(1);
  });

  it('says so when the outcome stays unknown: whoever continues reads what is there', async () => {
    const failing = transact(
      forgetful(Infinity),
      (session) => things().insertOne({ _id: 'never-told', count: 1 }, { session }),
      { withinMs: 100 },
    );
    expect(await codeOf(failing)).toBe('commit_unknown');
    expect(await things().countDocuments({ _id: 'never-told' })).toBe(1);
  });
});
