/** The subscriber on real Kafka: repetition, slowness, rebalances, trouble, and what is no order at all. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, kafkaBus, type OutgoingRecord } from '@lethe/bus';
import { encodeEvent, type ErasureOrdered, topicName, topicSpecs } from '@lethe/contracts';
import { namespace, type TestStack, testStack, waitFor } from '@lethe/testkit';
import { type Done, erased } from './done.ts';
import { fileLedger } from './file-ledger.ts';
import type { Ledger } from './ledger.ts';
import { answersOn, givenOrder, type Heard, orderRecord } from './order.given.ts';
import { subscribe } from './subscribe.ts';
import type { Subscriber, SubscriberOptions } from './subscriber-options.ts';

/** A test each. */
const systems = ['often', 'slow', 'further', 'trouble', 'words', 'noise', 'drain', 'many'] as const;
type System = (typeof systems)[number];

let stack: TestStack;
let bus: Bus;
let folder: string;
let prefix: string;
const logged: string[] = [];
const log = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
const logger = { debug: log, info: log, warn: log, error: log };
const running: Subscriber[] = [];
const opened: Required<Ledger>[] = [];

beforeAll(async () => {
  stack = await testStack();
  folder = await mkdtemp(join(tmpdir(), 'lethe-subscriber-'));
  prefix = namespace();
  bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: prefix });
  await bus.createTopics(topicSpecs(prefix, systems));
}, 120_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
}, 60_000);
afterAll(async () => {
  await bus.close();
  await rm(folder, { recursive: true });
  expect(logged.join('\n')).not.toContain('@example.com');
});

const ledgerOf = (system: System): Required<Ledger> => {
  const ledger = fileLedger(join(folder, `${system}.sqlite`));
  opened.push(ledger);
  return ledger;
};
const start = async (
  system: System,
  erase: SubscriberOptions['erase'],
  more: Partial<SubscriberOptions> = {},
): Promise<Subscriber> => {
  const subscriber = await subscribe({
    ...{ system, erase, brokers: stack.kafka.brokers, prefix, logger, sessionTimeoutMs: 6_000, retryAfterMs: 20 },
    ledger: ledgerOf(system),
    ...more,
  });
  running.push(subscriber);
  return subscriber;
};

const publish = async (...records: readonly OutgoingRecord[]): Promise<void> => {
  const producer = await bus.producer('orders');
  await producer.send(records);
  await producer.close();
};
/** The same order so many times, each under another key: they land in several partitions. */
const often = (order: ErasureOrdered, times: number): readonly OutgoingRecord[] =>
  Array.from({ length: times }, (_, at) => ({ ...orderRecord(prefix, { ...order, attempt: at + 1 }), key: `${at}` }));
const answers = (order: ErasureOrdered, atLeast = 1): Promise<readonly Heard[]> =>
  waitFor(
    async () => {
      const found = await answersOn(bus, prefix, order.orderId, order.system);
      return found.length >= atLeast && found;
    },
    { what: `${atLeast} answers of ${order.system}`, timeoutMs: 40_000, everyMs: 100 },
  );
const heardAll = async (system: System): Promise<void> => {
  const topic = topicName(prefix, 'lethe.erasure-orders.*', system);
  await waitFor(
    async () => {
      const [ends, at] = await Promise.all([
        bus.endOffsets([topic]),
        bus.committedOffsets(`${prefix}-team-${system}`, [topic]),
      ]);
      return ends.every(
        (end) => end.offset === 0 || at.some((one) => one.partition === end.partition && one.offset === end.offset),
      );
    },
    { what: `every record of ${system} to be heard`, timeoutMs: 40_000, everyMs: 100 },
  );
};
/** An erasure that lasts until it is told to end. */
const slow = (done: Done) => {
  const begun = Promise.withResolvers<undefined>();
  const end = Promise.withResolvers<undefined>();
  let runs = 0;
  const erase = async (): Promise<Done> => {
    runs += 1;
    begun.resolve(undefined);
    await end.promise;
    return done;
  };
  return { erase, begun: begun.promise, end: () => end.resolve(undefined), runs: () => runs };
};

describe('an order that is published five times', () => {
  it('is one order with one answer, also while it is worked on and in other partitions', async () => {
    const order = givenOrder({ system: 'often' });
    const work = slow(erased(10, 'deleted'));
    await publish(...often(order, 3)); // before the team is there
    await start('often', work.erase);
    await work.begun;
    await publish(...often(order, 5).slice(3)); // and while it works
    await publish(orderRecord(prefix, givenOrder({ system: 'often' }))); // others need not wait for it
    work.end();
    await heardAll('often');
    const found = await answers(order);
    expect(new Set(found.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(found[0]?.answer).toMatchObject({ outcome: 'erased', count: 10, method: 'deleted' });
    expect(found[0]?.key).toBe(order.requestId);
    expect(work.runs()).toBe(2); // the order, and the other one
    const later = found.length;
    await publish(...often(order, 1));
    expect((await answers(order, later + 1)).map(({ answer }) => answer)).toEqual(
      Array(later + 1).fill(found[0]?.answer),
    );
    expect(work.runs()).toBe(2);
  }, 60_000);
});

describe('an erasure that takes longer than a session', () => {
  it('keeps its order when another process comes, which then answers the same', async () => {
    const order = givenOrder({ system: 'slow' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const work = slow(erased(10, 'deleted'));
    const other = slow(erased(0, 'deleted'));
    await publish(orderRecord(prefix, order, traceparent));
    const ledger = ledgerOf('slow');
    const first = await start('slow', work.erase);
    await work.begun;
    const second = await start('slow', other.erase);
    const assigned = (one: Subscriber): number => one.status().consumer.assigned.length;
    await waitFor(() => assigned(first) > 0 && assigned(second) > 0, { what: 'both to share', timeoutMs: 20_000 });
    await publish(...often(order, 12)); // so that each of them hears of it again
    await waitFor(() => second.status().inHand > 0, { what: 'the second to hear of it', timeoutMs: 20_000 });
    const lifetime = 6_000;
    const alive = async (): Promise<number> => (await ledger.find(order.orderId))?.run?.aliveUntil.getTime() ?? NaN;
    const until = (await alive()) + lifetime;
    await waitFor(async () => (await alive()) > until, { what: 'more than a session to pass', timeoutMs: 20_000 });
    expect(other.runs()).toBe(0);
    work.end();
    await heardAll('slow');
    const found = await answers(order, 2);
    expect(new Set(found.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(found[0]?.answer).toMatchObject({ outcome: 'erased', count: 10 });
    expect(work.runs() + other.runs()).toBe(1);
    expect(first.status().consumer.dead).toBeNull();
    // The first is the order's own, and goes on with its trace.
    expect(found[0]?.headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(found[0]?.headers['traceparent']).not.toContain('b7ad6b7169203331');
  }, 90_000);
});

describe('an order that is published with a later cut-off', () => {
  it('is worked on again, also when it comes while the first is worked on', async () => {
    const order = givenOrder({ system: 'further' });
    const further = { ...order, eraseThrough: new Date(+order.eraseThrough + 1), attempt: 2 };
    const work = slow(erased(5, 'deleted'));
    await start('further', work.erase);
    await publish(orderRecord(prefix, order));
    await work.begun;
    await publish(orderRecord(prefix, further));
    work.end();
    const [first, second] = (await answers(order, 2)).map(({ answer }) => answer);
    expect(first).toMatchObject({ outcome: 'erased', count: 5 });
    expect(first?.erasedThrough).toEqual(order.eraseThrough);
    expect(second).toMatchObject({ outcome: 'erased', count: 10, erasedThrough: further.eraseThrough });
    expect(work.runs()).toBe(2);
  }, 60_000);
});

describe('a team in trouble', () => {
  it('tries again, says failed by a code, never remembers that, and erases when the order comes again', async () => {
    const order = givenOrder({ system: 'trouble' });
    const ledger = ledgerOf('trouble');
    let tried = 0;
    let isWell = false;
    const erase = (): Promise<Done> => {
      tried += 1;
      return isWell ? Promise.resolve(erased(7, 'masked')) : Promise.reject(new Error('no disk for ada@example.com'));
    };
    const subscriber = await start('trouble', erase, {
      ledger,
      attempts: 3,
      count: () => (isWell && tried > 3 ? 0 : 7),
    });
    await publish(orderRecord(prefix, order));
    const [failed] = await answers(order);
    expect(failed?.answer).toMatchObject({ outcome: 'failed', reason: 'erase_failed', count: null, method: null });
    expect(tried).toBe(3);
    expect((await ledger.find(order.orderId))?.answer).toBeNull();
    expect(subscriber.status().answered).toEqual({ failed: 1 });
    isWell = true;
    await publish(orderRecord(prefix, { ...order, attempt: 2 }));
    const [, healed] = await answers(order, 2);
    expect(healed?.answer).toMatchObject({ outcome: 'erased', count: 7, method: 'masked', reason: null });
  }, 60_000);

  it('answers failed when what it says is no answer, and lets no word of it out', async () => {
    const texts: readonly unknown[] = [
      { outcome: 'retained', until: null, fieldsKept: [], legalBasis: 'ada@example.com asked us to' },
      { outcome: 'not_notified', reason: 'could not reach ada@example.com' },
      { outcome: 'erased', count: 1, method: 'deleted', reason: 'ada@example.com' },
      undefined,
      { orderId: 'ada@example.com', answer: null, run: null },
    ];
    const orders = texts.map(() => givenOrder({ system: 'words' }));
    await start('words', ({ orderId }) => texts[orders.findIndex((order) => order.orderId === orderId)] as Done);
    await publish(...orders.map((order) => orderRecord(prefix, order)));
    for (const order of orders) {
      const [{ answer, headers } = { answer: null, headers: {} }] = await answers(order);
      expect(answer).toMatchObject({ outcome: 'failed', reason: 'answer_not_valid', count: null, legalBasis: null });
      expect(JSON.stringify([answer, headers])).not.toContain('ada@');
    }
    expect(logged.filter((line) => line.includes('what erase returned is no answer'))).toHaveLength(texts.length);
  }, 60_000);
});

describe('what is no order', () => {
  it('is passed over, logged and counted; what is one is worked on, however large', async () => {
    const topic = topicName(prefix, 'lethe.erasure-orders.*', 'noise');
    const order = givenOrder({ system: 'noise' });
    const unknown = encodeEvent('ErasureOrdered', order);
    unknown.writeBigUInt64LE(1n, 2);
    const raw = (value: Buffer | null): OutgoingRecord => ({ topic, key: order.orderId, value, headers: {} });
    const ofOthers = encodeEvent('ErasureOrdered', givenOrder({ system: 'sales' }));
    const identifiers = Array.from({ length: 10_000 }, (_, at) => ({ type: 'email', value: `${at}@example.com` }));
    const large = givenOrder({ system: 'noise', identifiers, eraseThrough: new Date('9999-12-31T23:59:59Z') });
    const huge = givenOrder({ system: 'noise', identifiers: [{ type: 'e\0', value: 'x'.repeat(900_000) }] });
    const got: number[] = [];
    const subscriber = await start('noise', ({ identifiers: found }) => {
      got.push(found.length);
      return erased(found.length, 'deleted');
    });
    await publish(
      ...[Buffer.from('someone@example.com'), null, unknown, ofOthers].map(raw),
      raw(encodeEvent('ErasureOrdered', { ...order, orderId: 'someone@example.com' })),
      raw(encodeEvent('SchemaPublished', { fingerprint: '', name: '', schema: '' })),
      ...[order, large, huge].map((one) => orderRecord(prefix, one)),
    );
    expect((await answers(order))[0]?.answer).toMatchObject({ outcome: 'erased', count: 1 });
    expect((await answers(large))[0]?.answer).toMatchObject({ count: 10_000, erasedThrough: large.eraseThrough });
    expect((await answers(huge))[0]?.answer).toMatchObject({ outcome: 'erased' });
    await heardAll('noise');
    expect(got.sort()).toEqual([1, 1, 10_000]);
    expect(subscriber.status().passedOver).toEqual({
      undecodable: 2,
      unknown_fingerprint: 1,
      another_system: 1,
      malformed_order: 1,
      another_event: 1,
    });
  }, 60_000);
});

describe('a drain', () => {
  it('lets what runs end and answer, and begins nothing new', async () => {
    const orders = [givenOrder({ system: 'drain' }), givenOrder({ system: 'drain' })] as const;
    const work = slow(erased(1, 'deleted'));
    const subscriber = await start('drain', work.erase, { concurrency: 1 });
    await publish(orderRecord(prefix, orders[0]));
    await work.begun;
    await publish(orderRecord(prefix, orders[1]));
    await waitFor(() => subscriber.status().inHand === 2, { what: 'the second to wait', timeoutMs: 20_000 });
    const stopping = subscriber.stop();
    work.end();
    await stopping;
    expect(await answersOn(bus, prefix, orders[0].orderId, 'drain')).toHaveLength(1);
    expect(await answersOn(bus, prefix, orders[1].orderId, 'drain')).toHaveLength(0);
    expect(work.runs()).toBe(1);
    await start('drain', work.erase); // finds what was left, and only that
    expect(await answers(orders[1])).toHaveLength(1);
    await heardAll('drain');
    expect(work.runs()).toBe(2);
    expect(await answersOn(bus, prefix, orders[0].orderId, 'drain')).toHaveLength(1);
  }, 60_000);
});

describe('many orders', () => {
  it('are all answered, no more at once than the team wants', async () => {
    const orders = Array.from({ length: 600 }, () => givenOrder({ system: 'many' }));
    let [now, most] = [0, 0];
    await start(
      'many',
      async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return erased(1, 'deleted');
      },
      { concurrency: 4 },
    );
    await publish(...orders.map((order) => orderRecord(prefix, order)));
    await heardAll('many');
    const found = await answersOn(bus, prefix, undefined, 'many');
    expect(new Set(found.map(({ answer }) => answer.orderId)).size).toBe(orders.length);
    expect(most).toBe(4);
  }, 60_000);
});
