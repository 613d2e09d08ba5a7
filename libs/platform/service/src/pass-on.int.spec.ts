import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEvent, deadLetterTopic, topicName } from '@lethe/contracts';
import { type Batch, type Consumer, LostPartitionError, type Producer } from '@lethe/bus';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { fences } from './offset-fence.ts';
import { type PassOn, passOnHandler } from './pass-on.ts';
import { batchOf, factsOf, lifeline, smallService, type SmallService, userEvent } from './small-service.contract.ts';

let store: Store;
let small: SmallService;
let passing: PassOn;
let sendFails = false;
const commits: number[] = [];
const prefix = namespace();

beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, prefix);
}, 120_000);
beforeEach(async () => {
  small = await smallService(store, prefix);
  const real = await small.bus.producer('pass-on');
  const producer: Producer = {
    ...real,
    send: (records) => (sendFails ? Promise.reject(new RangeError('the broker is away')) : real.send(records)),
  };
  passing = passOnHandler(small.runtime, producer);
  await passing.assigned(factsOf(small.topic.userEvents, 0));
});
afterEach(async () => {
  sendFails = false;
  commits.length = 0;
  await small.bus.close();
  await fences(store.db).deleteMany({});
});
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

const committing = (commit: Consumer['commit']): Consumer => ({ commit }) as Consumer;
const consumer = committing((positions) =>
  Promise.resolve(void commits.push(...positions.map(({ offset }) => offset))),
);
const handle = (from: number, values: readonly (Buffer | null)[], more = false): ReturnType<PassOn['handle']> => {
  const batch: Batch = batchOf(small.topic.userEvents, from, values);
  return passing.handle(more ? { ...batch, end: batch.next + 100 } : batch, lifeline);
};
const observed = async (): Promise<readonly string[]> => {
  const refs: string[] = [];
  for await (const { value } of small.bus.readAll(topicName(prefix, 'lethe.observations'))) {
    const { event } = decodeEvent(value ?? Buffer.alloc(0));
    if ('identities' in event)
      refs.push(event.identities.map((identity) => ('ref' in identity ? identity.ref : '')).join());
  }
  return refs;
};
const reasons = async (): Promise<readonly (string | undefined)[]> => {
  const found: (string | undefined)[] = [];
  const topic = deadLetterTopic(small.topic.userEvents);
  for await (const { headers } of small.bus.readAll(topic)) found.push(headers['lethe-reason']);
  return found;
};
const fence = () => fences(store.db).findOne({});

describe('the path without a store', () => {
  it('sends what is new at once, and commits behind it', async () => {
    expect(
      await handle(
        0,
        ['a', 'b'].map((who) => userEvent('e', [who])),
      ),
    ).toEqual({ kind: 'done', commit: 2 });
    expect([...(await observed())].sort()).toEqual(['a', 'b']);
  });

  it('holds repeats while there is more to fetch, and the commit stays before the oldest of them', async () => {
    await handle(0, [userEvent('e', ['a'])], true);
    const verdict = await handle(
      1,
      ['b', 'a', 'c', 'a'].map((who) => userEvent('e', [who])),
      true,
    );
    expect(verdict).toEqual({ kind: 'done', commit: 2 });
    expect([...(await observed())].sort()).toEqual(['a', 'b', 'c']);
    expect(await handle(5, [])).toEqual({ kind: 'done', commit: 5 }); // caught up: what is held goes out
    expect((await observed()).filter((who) => who === 'a')).toHaveLength(2);
  });

  it('sends what is held before it leaves, and commits it', async () => {
    await handle(0, [userEvent('e', ['a'])], true);
    await handle(1, [userEvent('e', ['a'])], true);
    await passing.drain(consumer);
    expect([await observed(), commits]).toEqual([['a', 'a'], [2]]);
  });

  it('commits nothing that was not sent, also when a batch failed after it held something', async () => {
    await handle(0, [userEvent('e', ['a'])], true);
    sendFails = true;
    // 1 is new and cannot be sent, 2 is held: a commit up to 2 would lose 1.
    expect(await handle(1, [userEvent('e', ['b']), userEvent('e', ['a'])], true)).toMatchObject({
      kind: 'retry',
      from: 1,
    });
    await passing.tick(consumer);
    expect(commits).toEqual([1]);
    sendFails = false;
    expect(await handle(1, [userEvent('e', ['b']), userEvent('e', ['a'])])).toEqual({ kind: 'done', commit: 3 });
    expect((await observed()).filter((who) => who === 'b')).toHaveLength(1);
  });

  it('commits again what a commit behind the last batch may have failed to', async () => {
    await handle(0, [userEvent('e', ['a'])]);
    const failing = committing(() => Promise.reject(new LostPartitionError('not now')));
    await expect(passing.tick(failing)).rejects.toThrow(LostPartitionError);
    await passing.tick(consumer);
    await passing.tick(consumer);
    expect(commits).toEqual([1]);
  });

  it('remembers that it committed only after it did: killed in between, nothing looks lost', async () => {
    await handle(0, [userEvent('e', ['a'])]);
    expect(await fence()).toMatchObject({ next: null });
    await passing.tick(consumer);
    expect(await fence()).toMatchObject({ next: 1 });
    const again = await passing.assigned(factsOf(small.topic.userEvents, 9, null));
    expect(again).toMatchObject({ kind: 'halt', code: 'position_lost' });
    expect(await passing.assigned(factsOf(small.topic.userEvents, 9, 4))).toEqual({ kind: 'start', at: 4 });
  });

  it('names a replaced topic as that, although its committed offsets are gone with it', async () => {
    await handle(0, [userEvent('e', ['a'])]);
    await passing.tick(consumer);
    const replaced = { ...factsOf(small.topic.userEvents, 9, null), topicId: 'another' };
    expect(await passing.assigned(replaced)).toMatchObject({ kind: 'halt', code: 'topic_replaced' });
  });
});

describe('a record that cannot be passed on', () => {
  it('goes to the dead letters, and the others go on', async () => {
    const tooLarge = userEvent(
      'e',
      Array.from({ length: 6_000 }, (_, index) => `v${index}`),
    );
    const values = [Buffer.from('x'), null, userEvent('terminal', ['t']), tooLarge, userEvent('e', ['a'])];
    expect(await handle(0, values)).toEqual({ kind: 'done', commit: 5 });
    expect(await reasons()).toEqual(['undecodable', 'undecodable', 'made_up', 'event_too_large']);
    expect(await observed()).toEqual(['a']);
  });

  it('is given up after five attempts, also beside another one', async () => {
    const values = ['unknown 1', 'e', 'unknown 2'].map((id) => userEvent(id, [id]));
    const verdicts: string[] = [];
    while (verdicts.length < 20 && verdicts.at(-1) !== 'done') verdicts.push((await handle(0, values)).kind);
    expect(verdicts).toEqual([...Array.from({ length: 8 }, () => 'retry'), 'done']);
    expect(await reasons()).toEqual(['unknown_error', 'unknown_error']);
    expect(await observed()).toEqual(['e']);
  });
});
