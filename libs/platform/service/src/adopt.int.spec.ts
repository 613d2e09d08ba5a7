/** An operator's decision about several partitions: carried out in all of them with its facts, or in none. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent } from '@lethe/contracts';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { adoptFences } from './adopt.ts';
import { type FenceDocument, fenceId, fences } from './offset-fence.ts';
import { outbox, prepareOutbox } from './outbox.ts';

const prefix = namespace();
const adoption = { prefix, service: 'small', actor: 'operator-1', reason: 'topic_replaced' };
const topic = `${prefix}.requests`;
let store: Store;

beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, prefix);
  await prepareOutbox(store.db);
}, 120_000);
afterEach(async () => {
  for (const collection of [fences(store.db), outbox(store.db)]) await collection.deleteMany({});
});
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

/** Partition 2 belongs to a path without a store. */
const stood = async (): Promise<readonly FenceDocument[]> => {
  const documents = [0, 1, 2].map((partition): FenceDocument => {
    const passing = partition === 2;
    const _id = fenceId('small', { topic, partition });
    return { _id, topic, partition, topicId: 'old', passing, next: passing ? null : 7, startAt: null, at: new Date() };
  });
  await fences(store.db).insertMany([...documents]);
  return documents;
};
const goingOn = (found: readonly FenceDocument[]) =>
  found.map((each) => ({ found: each, topicId: 'new', next: 10 + each.partition }));
const now = () => fences(store.db).find().sort({ partition: 1 }).toArray();

describe('fences adopted together', () => {
  it('go on where the operator said, each with its fact', async () => {
    await adoptFences(store, adoption, goingOn(await stood()));
    expect(await now()).toMatchObject([
      { topicId: 'new', next: 10, startAt: null },
      { topicId: 'new', next: 11, startAt: null },
      { topicId: 'new', next: null, startAt: 12 },
    ]);
    const told = (await outbox(store.db).find().toArray()).flatMap(({ entries }) => entries);
    expect(told.map(({ value }) => (value === null ? null : decodeEvent(value).event))).toMatchObject([
      { actor: 'operator-1', service: 'small', topic, partition: 0, from: 7, to: 10, reason: 'topic_replaced' },
      { partition: 1, from: 7, to: 11 },
      { partition: 2, from: null, to: 12 },
    ]);
  });

  it('stay all where they were, without a fact, when one of them has moved meanwhile', async () => {
    const found = await stood();
    await fences(store.db).updateOne({ partition: 2 }, { $set: { startAt: 3 } });
    const before = await now();
    await expect(adoptFences(store, adoption, goingOn(found))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/requests\/2 has changed.*nothing was changed/),
    });
    expect(await now()).toEqual(before);
    expect(await outbox(store.db).countDocuments()).toBe(0);
  });
});
