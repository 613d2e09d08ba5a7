import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { connectStore, type Store, transact } from '@lethe/store';
import { namespace, testStack } from '@lethe/testkit';
import { addToOutbox, outbox, outboxDepth, readOutbox, removeFromOutbox } from './outbox.ts';
import { counters, smallService, type SmallService } from './small-service.contract.ts';
import { perform } from './work.ts';

let store: Store;
let watched: Store;
let small: SmallService;
const commands: CommandStartedEvent[] = [];
const prefix = namespace();

beforeAll(async () => {
  const { url } = (await testStack()).mongodb;
  store = await connectStore(url, prefix);
  small = await smallService(store, prefix);
  // As connectStore makes it, with a read concern on the client: that is what made the session's option ignored.
  const { readConcern, writeConcern } = store.client.options;
  const client = new MongoClient(url, { monitorCommands: true, readConcern, writeConcern });
  client.on('commandStarted', (event) => commands.push(event));
  watched = { ...store, client, db: client.db(prefix) };
}, 120_000);
afterEach(async () => {
  commands.length = 0;
  for (const collection of ['counters', 'outbox']) await store.db.collection(collection).deleteMany({});
});
afterAll(async () => {
  await watched.client.close();
  await store.db.dropDatabase();
  await store.close();
});

const all = { documents: 1_000, bytes: 8_000_000 };
const add = (...documents: readonly { pos: number; bytes: number; at?: Date }[]): Promise<void> =>
  transact(store, async (session) => {
    for (const { pos, bytes, at = new Date() } of documents) {
      await addToOutbox(store.db, { _id: `d${pos}`, pos, at, count: 2, bytes, entries: [] }, session);
    }
  });

describe('the outbox', () => {
  it('is read in the order of pos, as of one snapshot: that is really what is sent', async () => {
    await add({ pos: 3, bytes: 1 }, { pos: 1, bytes: 1 }, { pos: 2, bytes: 1 });
    expect((await readOutbox(watched, all)).map(({ pos }) => pos)).toEqual([1, 2, 3]);
    const finds = commands.filter(({ commandName }) => commandName === 'find');
    expect(finds.map(({ command }) => (command['readConcern'] as { level: string }).level)).toEqual(['snapshot']);
  });

  it('is read up to a number of documents and bytes, but never nothing', async () => {
    await add(...[1, 2, 3, 4].map((pos) => ({ pos, bytes: 100 })));
    const read = async (documents: number, bytes: number): Promise<number> =>
      (await readOutbox(store, { documents, bytes })).length;
    expect([await read(2, 1_000), await read(9, 250), await read(9, 200), await read(9, 1)]).toEqual([2, 2, 2, 1]);
  });

  it('knows how much waits, and for how long', async () => {
    expect(await outboxDepth(store)).toEqual({ events: 0, oldestMs: 0 });
    await add({ pos: 1, bytes: 1, at: new Date(Date.now() - 60_000) }, { pos: 2, bytes: 1 });
    const { events, oldestMs } = await outboxDepth(store);
    expect(events).toBe(4);
    expect(oldestMs).toBeGreaterThan(55_000);
  });

  it('keeps the order of every record while transactions commit at the same time', async () => {
    const ids = ['a', 'b', 'c'];
    const said = new Map<string, number>(ids.map((id) => [id, 0]));
    const positions = new Map<string, number>();
    const take = async (): Promise<number> => {
      const documents = await readOutbox(store, { documents: 20, bytes: 8_000_000 });
      for (const { pos, entries } of documents) {
        for (const { key } of entries) {
          expect(pos).toBeGreaterThan(positions.get(key ?? '') ?? 0);
          positions.set(key ?? '', pos);
          said.set(key ?? '', (said.get(key ?? '') ?? 0) + 1);
        }
      }
      await removeFromOutbox(
        store,
        documents.map(({ _id }) => _id),
      );
      return documents.length;
    };
    const writing = new AbortController();
    const relaying = (async () => {
      for (;;) {
        // Looked at before the outbox is read: what was written in between would be left.
        const over = writing.signal.aborted;
        if ((await take()) === 0 && over) return;
      }
    })();
    // Each writer's clock is off by seconds: what a record says next still goes behind what it said.
    const write = async (writer: number): Promise<void> => {
      for (let step = 0; step < 15; step += 1) {
        const now = new Date(Date.now() + (writer - 2) * 5_000);
        const some = ids.filter((_id, index) => (writer + step) % 3 !== index);
        const commandsOf = some.map((id) => ({ command: counters.command(id, { type: 'Count', id }) }));
        await perform(small.runtime, { commands: commandsOf, now });
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));
    writing.abort();
    await relaying;
    expect([...said.values()].reduce((sum, count) => sum + count)).toBe(120);
    for (const id of ids) expect(said.get(id)).toBe(await small.count(id));
    expect(await outbox(store.db).countDocuments()).toBe(0);
  }, 20_000);
});
