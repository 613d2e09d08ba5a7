import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeEvent, publishedSchema, schemaSet, topicName } from '@lethe/contracts';
import { type Batch, LostPartitionError } from '@lethe/bus';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { fencedHandler } from './batch.ts';
import { deadLetters } from './metrics/platform-metrics.ts';
import { fences } from './offset-fence.ts';
import { outbox } from './outbox.ts';
import {
  answer,
  batchOf,
  completed,
  factsOf,
  lifeline,
  smallService,
  type SmallService,
} from './small-service.contract.ts';

let store: Store;
let small: SmallService;
let congested = false;
let handler: ReturnType<typeof fencedHandler>;
const prefix = namespace();

beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, prefix);
  small = await smallService(store, prefix, () => congested);
}, 120_000);
beforeEach(async () => {
  handler = fencedHandler(small.runtime);
  for (const topic of [small.topic.answers, small.topic.requests]) await handler.assigned(factsOf(topic, 0));
});
afterEach(async () => {
  congested = false;
  for (const collection of ['offsets', 'counters', 'seen', 'outbox'])
    await store.db.collection(collection).deleteMany({});
});
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

const handle = (batch: Batch) => handler.handle(batch, lifeline);
const fenceAt = async (topic: string) => (await fences(store.db).findOne({ topic }))?.next;
const seen = async () => (await store.db.collection('seen').distinct('_id')).length;

describe('a batch', () => {
  it('is state, outbox and fence together; said in one document, in order', async () => {
    const { answers } = small.topic;
    expect(await handle(batchOf(answers, 0, ['a', 'b', 'a'].map(answer)))).toEqual({ kind: 'done' });
    expect([await small.count('a'), await small.count('b'), await fenceAt(answers)]).toEqual([2, 1, 3]);
    expect((await small.waiting()).map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    expect(await outbox(store.db).countDocuments()).toBe(1);
  });

  it('has no second effect when it comes again, whole or in part', async () => {
    const { answers } = small.topic;
    await handle(batchOf(answers, 0, ['a', 'b'].map(answer)));
    expect(await handle(batchOf(answers, 0, ['a', 'b'].map(answer)))).toEqual({ kind: 'done' });
    expect(await handle(batchOf(answers, 1, ['b', 'c'].map(answer)))).toEqual({ kind: 'done' });
    expect([await small.count('a'), await small.count('b'), await small.count('c')]).toEqual([1, 1, 1]);
    expect(await fenceAt(answers)).toBe(3);
  });

  it('that was fetched from beyond the fence is not handled: back to the fence', async () => {
    expect(await handle(batchOf(small.topic.answers, 5, [answer('a')]))).toEqual({ kind: 'seek', to: 0 });
    expect(await small.count('a')).toBe(0);
  });

  it('with gaps is not beyond the fence: the fetch counts, not the first record', async () => {
    const { answers } = small.topic;
    const { records, ...batch } = batchOf(answers, 0, [null, null, answer('a')]);
    expect(await handle({ ...batch, records: records.slice(2) })).toEqual({ kind: 'done' });
    expect([await small.count('a'), await fenceAt(answers)]).toEqual([1, 3]);
  });

  it('that is an empty tail moves the fence, or the barrier would wait for ever', async () => {
    const { answers } = small.topic;
    await handle(batchOf(answers, 0, [], 4));
    expect(await fenceAt(answers)).toBe(4);
    await handle(batchOf(answers, 4, [answer('a')], 2));
    expect(await fenceAt(answers)).toBe(7);
  });

  it('waits while the outbox is full', async () => {
    congested = true;
    expect(await handle(batchOf(small.topic.answers, 0, [answer('a')]))).toMatchObject({ kind: 'retry', from: 0 });
    expect([await small.count('a'), await fenceAt(small.topic.answers)]).toEqual([0, 0]);
    congested = false;
    expect(await handle(batchOf(small.topic.answers, 0, [answer('a')]))).toEqual({ kind: 'done' });
  });

  it('goes on from where another process moved the fence', async () => {
    const { answers } = small.topic;
    await fences(store.db).updateOne({ topic: answers }, { $set: { next: 2 } });
    expect(await handle(batchOf(answers, 0, ['a', 'b', 'c'].map(answer)))).toEqual({ kind: 'seek', to: 2 });
    expect(await handle(batchOf(answers, 2, [answer('c')]))).toEqual({ kind: 'done' });
    expect([await small.count('a'), await small.count('c')]).toEqual([0, 1]);
  });

  it('stops when the heartbeat says that we are the zombie', async () => {
    const { answers } = small.topic;
    await fences(store.db).updateOne({ topic: answers }, { $set: { next: 2 } });
    const zombie = { lost: true, heartbeat: () => Promise.reject(new LostPartitionError('not ours')) };
    const verdict = await handler.handle(batchOf(answers, 0, [answer('a')]), zombie);
    expect(verdict).toEqual({ kind: 'done', commit: null });
  });

  it('stands still when the fence is gone or counts in another topic', async () => {
    await fences(store.db).updateOne({ topic: small.topic.answers }, { $set: { topicId: 'another' } });
    const verdict = await handle(batchOf(small.topic.answers, 0, [answer('a')]));
    expect(verdict).toMatchObject({ kind: 'halt', code: 'fence_lost' });
    expect(await small.count('a')).toBe(0);
  });
});

describe('a message that cannot be handled', () => {
  it.each<[string, Buffer | null, string]>([
    ['bytes that are no event', Buffer.from('hello'), 'undecodable'],
    ['no value', null, 'undecodable'],
    ['an event of another topic', completed('c'), 'unexpected_event'],
    ['one that its record refuses', answer('terminal'), 'made_up'],
    ['an unknown fingerprint at the edge', Buffer.from('c301ffffffffffffffff00', 'hex'), 'unknown_fingerprint'],
  ])('%s: goes to the dead letters in the transaction that passes it, alone', async (_what, poison, reason) => {
    const { answers } = small.topic;
    expect(await handle(batchOf(answers, 0, [answer('a'), poison, answer('b')]))).toEqual({ kind: 'done' });
    const waiting = await small.waiting();
    expect(waiting.map(({ name }) => name).sort()).toEqual(['CaseOpened', 'CaseOpened', null]);
    expect(waiting.find(({ name }) => name === null)?.reason).toBe(reason);
    expect(await outbox(store.db).countDocuments()).toBe(1);
    expect(await fenceAt(answers)).toBe(3);
  });

  it('is found by halving when a rule over all of them refuses', async () => {
    const { requests } = small.topic;
    const ids = Array.from({ length: 20 }, (_, index) => (index === 13 ? 'terminal' : `r${index}`));
    expect(await handle(batchOf(requests, 0, ids.map(completed)))).toEqual({ kind: 'done' });
    expect(await seen()).toBe(19);
    expect(await small.waiting()).toEqual([{ name: null, key: null, reason: 'made_up' }]);
    expect(await fenceAt(requests)).toBe(20);
  });

  it.each([
    ['record', 'answers', answer],
    ['bulk rule', 'requests', completed],
  ] as const)(
    'is given up after five attempts when nobody classified the error of its %s',
    async (_what, topic, made) => {
      const name = small.topic[topic];
      const batch = batchOf(name, 0, ['a', 'unknown', 'b', 'unknown too'].map(made));
      const verdicts: string[] = [];
      for (let attempt = 1; attempt <= 20 && verdicts.at(-1) !== 'done'; attempt += 1) {
        verdicts.push((await handle(batch)).kind);
      }
      expect(verdicts).toEqual([...Array.from({ length: 8 }, () => 'retry'), 'done']);
      const letters = (await small.waiting()).filter(({ name: event }) => event === null);
      expect(letters.map(({ reason }) => reason)).toEqual(['unknown_error', 'unknown_error']);
      expect(await fenceAt(name)).toBe(4);
      if (topic === 'requests') expect(await seen()).toBe(2);
      else expect([await small.count('a'), await small.count('b')]).toEqual([1, 1]);
    },
  );

  it('is counted once, when its dead letter is true', async () => {
    const before = await small.runtime.metrics.total(deadLetters);
    await handle(batchOf(small.topic.requests, 0, ['a', 'terminal', 'b'].map(completed)));
    await handle(batchOf(small.topic.answers, 0, [answer('terminal'), Buffer.from('x')]));
    expect((await small.runtime.metrics.total(deadLetters)) - before).toBe(3);
  });
});

describe('a schema that this build does not know', () => {
  const current = publishedSchema('SubjectRequestCompleted');
  const parsed = JSON.parse(current.schema) as { fields: object[] };
  const remark = { name: 'remark', type: 'string', default: '', doc: 'Not personal data.' };
  const newer = JSON.stringify({ ...parsed, fields: [...parsed.fields, remark] });
  const { fingerprint } = schemaSet().add(newer);
  const written = (id: string): Buffer =>
    Buffer.concat([
      Buffer.from('c301', 'hex'),
      Buffer.from(fingerprint, 'hex').reverse(),
      completed(id).subarray(10),
      Buffer.of(0),
    ]);

  it('is waited for inside Lethe, and then the message goes through', async () => {
    const { requests } = small.topic;
    const batch = batchOf(requests, 0, [completed('a'), written('b'), completed('c')]);
    for (let attempt = 0; attempt < 7; attempt += 1) expect(await handle(batch)).toMatchObject({ kind: 'retry' });
    expect([await seen(), await fenceAt(requests), await small.waiting()]).toEqual([0, 0, []]);
    const producer = await small.bus.producer('newer');
    const unusable = {
      ...current,
      fingerprint: '0'.repeat(16),
      schema: '{"type":"record","name":"Later","fields":[]}',
    };
    const values = [
      Buffer.from('no event'),
      encodeEvent('SchemaPublished', unusable),
      encodeEvent('SchemaPublished', { ...current, fingerprint, schema: newer }),
    ];
    const topic = topicName(prefix, 'lethe.schemas');
    await producer.send(values.map((value) => ({ topic, key: 'same', value, headers: {} })));
    await producer.close();
    expect(await handle(batch)).toEqual({ kind: 'done' });
    expect([await seen(), await fenceAt(requests)]).toEqual([3, 3]);
  });
});
