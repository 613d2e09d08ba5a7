/** Through real records and a real outbox: what a message's trace leads to, and what its absence costs. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { topicName } from '@lethe/contracts';
import { connectStore, type RecordDocument, type Store } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import type { Batch } from '@lethe/bus';
import { fencedHandler } from '../batch.ts';
import { outbox } from '../outbox.ts';
import { recordOf } from '../outgoing.ts';
import { passOnHandler } from '../pass-on.ts';
import { startRelay } from '../relay.ts';
import {
  answer,
  batchOf,
  type Counted,
  counters,
  factsOf,
  lifeline,
  smallService,
  type SmallService,
  userEvent,
} from '../small-service.contract.ts';
import { perform } from '../work.ts';
import { contextIn, notebook, type Notebook, traceId } from './notebook.given.ts';
import { partsOf } from './trace-context.ts';

const request = '0f1e2d3c-4b5a-4697-8899-aabbccddeeff';

describe('a traced message', () => {
  const prefix = namespace();
  let store: Store;
  let book: Notebook;
  let small: SmallService;

  beforeAll(async () => {
    store = await connectStore((await testStack()).mongodb.url, `${prefix}-traced`);
  }, 120_000);
  afterAll(async () => {
    await store.db.dropDatabase();
    await store.close();
  });
  beforeEach(async () => {
    for (const { name } of await store.db.listCollections().toArray()) await store.db.collection(name).deleteMany({});
    book = notebook();
    small = await smallService(store, prefix, () => false, book);
  });

  const withContext = (batch: Batch, context: string): Batch => ({
    ...batch,
    records: batch.records.map((record) => ({ ...record, headers: { traceparent: context } })),
  });
  const heard = async (from: number, context?: string): Promise<void> => {
    const handler = fencedHandler(small.runtime);
    await handler.assigned(factsOf(small.topic.answers, from + 1));
    const batch = batchOf(small.topic.answers, from, [answer(request)]);
    expect(await handler.handle(context === undefined ? batch : withContext(batch, context), lifeline)).toEqual({
      kind: 'done',
    });
  };
  const record = () => store.db.collection<RecordDocument<Counted>>('counters').findOne({ _id: request });
  const waiting = async () =>
    (await outbox(store.db).find().sort({ pos: 1 }).toArray()).flatMap((each) => each.entries);

  it('gives its trace to the record that it opens and to what is said', async () => {
    await heard(0, contextIn(1));
    const [span] = book.noted;
    expect(span?.parent).toBe(contextIn(1));
    expect((await record())?.trace).toBe(span?.traceparent);
    expect((await waiting()).map(({ trace }) => trace)).toEqual([span?.traceparent]);
  });

  it('finds the record in the trace that opened it, and so does a message without one', async () => {
    await heard(0, contextIn(1));
    const opened = (await record())?.trace;
    await heard(1, contextIn(2));
    await heard(2);
    expect(book.noted.map(({ parent }) => parent)).toEqual([contextIn(1), opened, opened]);
    expect((await record())?.trace).toBe(opened);
    expect((await record())?.version).toBe(3);
    const traces = (await waiting()).map(({ trace }) => partsOf(trace ?? '').traceId);
    expect(traces).toEqual([traceId(1), traceId(1), traceId(1)]);
  });

  it('leaves no field behind when there is none', async () => {
    await heard(0);
    expect(await record()).not.toHaveProperty('trace');
    for (const entry of await waiting()) expect(entry).not.toHaveProperty('trace');
    expect(book.noted).toEqual([]);
  });

  it('is published with the context of its publication', async () => {
    await heard(0, contextIn(1));
    const { runtime, bus } = small;
    const relay = startRelay({
      service: 'small',
      store,
      bus,
      transactionalId: `${prefix}-small-relay`,
      positionsTopic: topicName(prefix, 'lethe.relay-positions'),
      record: (entry, at, traceparent) => recordOf(entry, at, runtime.addressing, traceparent),
      logger: runtime.logger,
      metrics: runtime.metrics,
      tracing: book,
    });
    const topic = topicName(prefix, 'lethe.case-events');
    const published: (string | undefined)[] = [];
    try {
      const deadline = performance.now() + 20_000;
      while (published.length === 0 && performance.now() < deadline) {
        for await (const { headers } of bus.readAll(topic)) published.push(headers['traceparent']);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      await relay.stop();
    }
    const send = book.noted.find(({ kind }) => kind === 'producer');
    expect(send).toMatchObject({ name: `send ${topic}`, parent: book.noted[0]?.traceparent, failed: null });
    expect(published).toEqual([send?.traceparent]);
  });

  it('is decided again after a conflict and told once', async () => {
    await heard(0, contextIn(1));
    const commands = [{ command: counters.command(request, { type: 'Count', id: request }) }];
    const source = { name: 'command', parent: contextIn(7) } as const;
    await Promise.all(Array.from({ length: 4 }, () => perform(small.runtime, { commands, source })));
    expect((await record())?.state.count).toBe(5);
    expect(book.noted.filter(({ name }) => name === 'command counters')).toHaveLength(4);
  });

  it('on the path without a store goes on in the header of what it becomes', async () => {
    const producer = await small.bus.producer('passing');
    const on = passOnHandler(small.runtime, producer);
    await on.assigned(factsOf(small.topic.userEvents, 3, 0));
    const batch = batchOf(small.topic.userEvents, 0, [
      userEvent('e1', ['a']),
      userEvent('e2', ['a']),
      userEvent('e3', ['b']),
    ]);
    const [first, second, third] = batch.records;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
    const records = [
      { ...first, headers: { traceparent: contextIn(1) } },
      { ...second, headers: { traceparent: contextIn(2) } },
      third,
    ];
    await on.handle({ ...batch, records }, lifeline);
    const observed: (string | undefined)[] = [];
    for await (const { headers } of small.bus.readAll(topicName(prefix, 'lethe.observations')))
      observed.push(headers['traceparent']);
    await producer.close();
    const [one] = book.noted;
    expect(one?.parent).toBe(contextIn(1));
    expect(observed.sort()).toEqual([one?.traceparent, undefined].sort());
    // The repeat was merged into the first: its trace ends here.
    expect(book.noted.map(({ name }) => name)).toEqual([
      `process ${small.topic.userEvents}`,
      `process ${small.topic.userEvents}`,
      'transaction',
    ]);
  });

  it('nobody looks for while tracing is off', async () => {
    small = await smallService(store, prefix);
    await heard(0, contextIn(1));
    expect(await record()).not.toHaveProperty('trace');
    for (const entry of await waiting()) expect(entry).not.toHaveProperty('trace');
  });
});
