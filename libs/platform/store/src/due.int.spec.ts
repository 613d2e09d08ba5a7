import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { namespace, testStack } from '@lethe/testkit';
import { connectStore, type Store } from './connect.ts';
import { claimDue, indexDue } from './due.ts';
import { type RecordDocument, writeRecords } from './records.ts';
import { transact } from './transaction.ts';

interface State {
  readonly dueAt: Date | null;
}
type Document = RecordDocument<State> & { readonly claimedUntil?: Date };

let store: Store;
const collection = () => store.db.collection<Document>('records');
beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, namespace());
  await indexDue(store.db, 'records', 'dueAt');
}, 120_000);
afterEach(async () => {
  jest.restoreAllMocks();
  await collection().deleteMany({});
});
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

/** Records that are due so many milliseconds from now, by the database's clock. */
const due = async (...ins: readonly (number | null)[]): Promise<void> => {
  const now = (await store.now()).getTime();
  await collection().insertMany(
    ins.map((ms, index) => ({
      _id: `r${index}`,
      version: 1,
      pos: 1,
      state: { dueAt: ms === null ? null : new Date(now + ms) },
    })),
  );
};
const claim = () => claimDue(store.db, 'records', 'dueAt');

describe('due records', () => {
  it('come in the order of their time, and neither early nor without one', async () => {
    await due(-10, -1_000, 5_000, null);
    expect([(await claim())?.id, (await claim())?.id, await claim()]).toEqual(['r1', 'r0', null]);
  });

  it("are claimed at the database's time", async () => {
    await due(-1_000);
    const before = await store.now();
    const claimed = await claim();
    expect(claimed?.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(claimed?.at.getTime()).toBeLessThanOrEqual((await store.now()).getTime());
  });

  it('are claimed once, however many claim at the same time', async () => {
    await due(...Array.from({ length: 20 }, () => -10));
    const claimed = await Promise.all(Array.from({ length: 40 }, claim));
    const ids = claimed.flatMap((each) => each?.id ?? []);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it.each([3_600_000, -30_000])("are due by the database's clock, when ours is %d ms off", async (off) => {
    await due(-10, 30_000);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + off);
    expect([(await claim())?.id, await claim()]).toEqual(['r0', null]);
  });

  it('come again when their claim has run out, and the claim does not move the version', async () => {
    await due(-10);
    await claim();
    expect(await collection().findOne({})).toMatchObject({ version: 1 });
    await collection().updateOne({}, { $set: { claimedUntil: new Date(0) } });
    expect((await claim())?.id).toBe('r0');
  });

  it('are free again as soon as they are written', async () => {
    await due(-10);
    await claim();
    const dueAt = new Date((await store.now()).getTime() - 5);
    await transact(store, (session) =>
      writeRecords(store.db, 'records', [{ id: 'r0', from: 1, pos: 2, state: { dueAt } }], session),
    );
    expect((await claim())?.id).toBe('r0');
  });

  it('are found by the index: what is not due is not looked at', async () => {
    await due(-10, ...Array.from({ length: 50 }, () => 3_600_000), ...Array.from({ length: 50 }, () => null));
    await store.db.command({ profile: 2 });
    await claim();
    await store.db.command({ profile: 0 });
    const [profiled] = await store.db
      .collection('system.profile')
      .find({ 'command.findAndModify': 'records' })
      .toArray();
    expect(profiled).toMatchObject({ planSummary: 'IXSCAN { state.dueAt: 1 }', docsExamined: 1 });
  });
});
