import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { topicName } from '@lethe/contracts';
import { connectStore, type Store } from '@lethe/store';
import { namespace, testStack, waitFor } from '@lethe/testkit';
import { outbox } from './outbox.ts';
import { recordOf } from './outgoing.ts';
import {
  beginBatch,
  catchUp,
  endBatch,
  prepareRelay,
  readRelay,
  releaseLease,
  renewLease,
  takeLease,
} from './relay-document.ts';
import { type Relay, startRelay } from './relay.ts';
import { counters, smallService, type SmallService } from './small-service.contract.ts';
import { perform } from './work.ts';

let store: Store;
const prefix = namespace();
const leaseMs = 10_000;
const service = 'small';

beforeAll(async () => {
  store = await connectStore((await testStack()).mongodb.url, prefix);
}, 120_000);
beforeEach(() => prepareRelay(store, service));
afterEach(async () => {
  for (const collection of ['relay', 'outbox', 'counters']) await store.db.collection(collection).deleteMany({});
});
afterAll(async () => {
  await store.db.dropDatabase();
  await store.close();
});

const taken = async () => {
  const relay = await takeLease(store, service, leaseMs);
  if (relay === null) throw new Error('the lease is not free');
  return { service, token: relay.token, leaseMs };
};

describe("the relay's document", () => {
  it('is there once, however many prepare it at the same time', async () => {
    await store.db.collection('relay').deleteMany({});
    await Promise.all(Array.from({ length: 8 }, () => prepareRelay(store, service)));
    expect(await readRelay(store, service)).toMatchObject({ token: 0, last: 0, cleared: 0, ids: [] });
  });

  it("gives its lease to one, until it is released or runs out by the database's clock", async () => {
    const takers = await Promise.all(Array.from({ length: 6 }, () => takeLease(store, service, 300)));
    const [winner] = takers.filter((each) => each !== null);
    expect(takers.filter((each) => each !== null)).toHaveLength(1);
    const next = await waitFor(() => takeLease(store, service, leaseMs), { what: 'the lease to run out', everyMs: 20 });
    expect(next.token).toBe((winner?.token ?? 0) + 1);
    expect(await takeLease(store, service, leaseMs)).toBeNull();
    await releaseLease(store, { service, token: next.token });
    expect((await takeLease(store, service, leaseMs))?.token).toBe(next.token + 1);
  });

  it('obeys no former owner: a token that has moved matches nothing', async () => {
    const zombie = await taken();
    await beginBatch(store, zombie, ['x']);
    await releaseLease(store, zombie);
    await taken();
    const before = await readRelay(store, service);
    expect(await beginBatch(store, zombie, ['late'])).toBeNull();
    expect(await endBatch(store, zombie, 1)).toBe(false);
    expect(await renewLease(store, zombie)).toBe(false);
    expect(await catchUp(store, zombie, 99)).toBe(false);
    await releaseLease(store, zombie);
    expect(await readRelay(store, service)).toEqual(before);
  });

  it('numbers batches one after the other, and clears only the newest', async () => {
    const held = await taken();
    expect(await beginBatch(store, held, ['$x', 'b'])).toBe(1);
    expect(await readRelay(store, service)).toMatchObject({ last: 1, cleared: 0, ids: ['$x', 'b'] });
    expect(await endBatch(store, held, 2)).toBe(false);
    expect(await endBatch(store, held, 1)).toBe(true);
    expect(await readRelay(store, service)).toMatchObject({ last: 1, cleared: 1, ids: [] });
    expect(await beginBatch(store, held, ['c'])).toBe(2);
  });

  it('never numbers behind the position that Kafka knows, nor back', async () => {
    const held = await taken();
    expect(await catchUp(store, held, 40)).toBe(true);
    expect(await beginBatch(store, held, ['a'])).toBe(41);
    expect(await catchUp(store, held, 3)).toBe(true);
    expect(await beginBatch(store, held, ['b'])).toBe(42);
  });
});

describe('the relay', () => {
  let small: SmallService;
  let relay: Relay | null = null;
  const positionsTopic = topicName(prefix, 'lethe.relay-positions');
  const start = (): Relay => {
    const { runtime, bus } = small;
    const transactionalId = `${prefix}-small-relay`;
    const record: Parameters<typeof startRelay>[0]['record'] = (entry, at) => recordOf(entry, at, runtime.addressing);
    const { logger, metrics } = runtime;
    relay = startRelay({ service, store, bus, transactionalId, positionsTopic, record, logger, metrics });
    return relay;
  };
  const say = (...ids: readonly string[]) =>
    perform(small.runtime, {
      commands: ids.map((id) => ({ command: counters.command(id, { type: 'Count', id }) })),
    });
  const published = async (): Promise<readonly (string | undefined)[]> => {
    const ids: (string | undefined)[] = [];
    for await (const { headers } of small.bus.readAll(topicName(prefix, 'lethe.case-events')))
      ids.push(headers['ce_id']);
    return ids;
  };
  const empty = () =>
    waitFor(async () => (await outbox(store.db).countDocuments()) === 0, {
      what: 'the outbox to be empty',
      everyMs: 10,
    });
  const waitingIds = async () =>
    (await outbox(store.db).find().toArray()).flatMap(({ entries }) => entries.map(({ id }) => id));

  beforeEach(async () => {
    small = await smallService(store, prefix);
  });
  afterEach(async () => {
    await relay?.stop();
    relay = null;
    await small.bus.close();
  });

  it('says what the outbox holds, once, and stands where Kafka stands', async () => {
    await say('a', 'b', 'a');
    await say('c');
    const ids = await waitingIds();
    start();
    await empty();
    await say('d');
    relay?.wake();
    await empty();
    expect(await published()).toHaveLength(5);
    expect(await published()).toEqual(expect.arrayContaining(ids));
    await relay?.stop();
    const document = await readRelay(store, service);
    expect(document).toMatchObject({ ids: [], cleared: document?.last });
    expect(small.bus.cluster.group(`${prefix}-small-relay`).committed({ topic: positionsTopic, partition: 0 })).toBe(
      document?.last,
    );
  });

  const leaveBatch = async (position: number | null): Promise<readonly string[]> => {
    await say('a', 'b');
    const held = await taken();
    await beginBatch(store, held, await outbox(store.db).distinct('_id'));
    if (position !== null) {
      const at = { topic: positionsTopic, partition: 0, offset: position };
      small.bus.cluster.setCommitted(`${prefix}-small-relay`, at);
    }
    await releaseLease(store, held);
    return waitingIds();
  };

  it('publishes a batch that was left behind, under the same ids', async () => {
    const ids = await leaveBatch(null);
    start();
    await empty();
    expect([...(await published())].sort()).toEqual([...ids].sort());
  });

  it('does not say again what Kafka already has', async () => {
    await leaveBatch(1);
    start();
    await empty();
    expect(await published()).toEqual([]);
  });

  it('goes on behind a position that this database does not know (it was restored)', async () => {
    small.bus.cluster.setCommitted(`${prefix}-small-relay`, { topic: positionsTopic, partition: 0, offset: 70 });
    await say('a');
    start();
    await empty();
    expect(await published()).toHaveLength(1);
    expect((await readRelay(store, service))?.last).toBe(71);
  });

  it("stands still, and says why, when Kafka's position is lost while a batch is pending", async () => {
    await store.db.collection('relay').updateOne({}, { $set: { last: 8, cleared: 8 } });
    await leaveBatch(null);
    start();
    const halted = await waitFor(() => relay?.status().halted, { what: 'it to stand still', everyMs: 10 });
    expect(halted).toContain('lethe fence adopt');
    expect([await published(), (await waitingIds()).length]).toEqual([[], 2]);
  });

  it('has one owner, and the next takes over when it goes', async () => {
    const first = start();
    await waitFor(() => first.status().leading, { what: 'the first to lead', everyMs: 10 });
    const second = start();
    await say(randomUUID());
    await empty();
    expect([first.status().leading, second.status().leading]).toEqual([true, false]);
    await first.stop();
    await waitFor(() => second.status().leading, { what: 'the second to lead', everyMs: 10 });
    await say(randomUUID());
    await empty();
    expect(await published()).toHaveLength(2);
  });
});
