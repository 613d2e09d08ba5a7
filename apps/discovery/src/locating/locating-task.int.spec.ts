/** The poller alone, on real records and a bus in memory whose topics can be replaced. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type MemoryBus, memoryBus } from '@lethe/bus';
import { topicName, topicSpecs } from '@lethe/contracts';
import { createMetrics, type Metrics, type Reader } from '@lethe/service';
import { connectStore, type Store } from '@lethe/store';
import { type LocationCommand, type LocationState, subjectLocation } from '@lethe/subject-footprint';
import { namespace, testStack } from '@lethe/testkit';
import { developmentKeys } from '@lethe/identity';
import { namesUnder } from '../names.ts';
import { metrics as declared } from '../metrics.ts';
import { locations } from '../store/locations.ts';
import { openLocations } from '../store/open-locations.ts';
import { type Locating, type LocatingService, locatingTask } from './locating-task.ts';

interface LocationDocument {
  readonly _id: string;
  readonly state: LocationState;
}

const always: Locating = { everyMs: 1, atOnce: 2, gaugesEveryMs: 0 };
const names = namesUnder(developmentKeys());
const silent = (): void => undefined;

describe('the locating task', () => {
  let store: Store;
  let bus: MemoryBus;
  let prefix: string;
  /** Who was given a command, in order. */
  let heard: string[];
  let failing: ReadonlySet<string>;
  let metrics: Metrics;

  beforeEach(async () => {
    prefix = namespace();
    store = await connectStore((await testStack()).mongodb.url, `${prefix}-discovery`);
    bus = memoryBus();
    await bus.createTopics(topicSpecs(prefix, ['desk']));
    for (const { collection, keys } of openLocations.indexes) await store.db.collection(collection).createIndex(keys);
    heard = [];
    failing = new Set();
    metrics = createMetrics('discovery', declared);
  }, 60_000);
  afterEach(async () => {
    await bus.close();
    await store.db.dropDatabase();
    await store.close();
  });

  const records = () => store.db.collection<LocationDocument>(locations.kind.collection);
  const stateOf = async (id: string): Promise<LocationState> => {
    const found = await records().findOne({ _id: id });
    return found?.state ?? subjectLocation.initial;
  };
  /** What the platform does with a command, without its transaction: nobody else is here. */
  const give = async (id: string, command: LocationCommand): Promise<LocationState> => {
    const before = await stateOf(id);
    const state = subjectLocation
      .decide(before, command, new Date())
      .reduce((known, event) => subjectLocation.evolve(known, event), before);
    await records().replaceOne({ _id: id }, { state }, { upsert: true });
    return state;
  };
  const service = (): LocatingService => ({
    bus,
    store,
    prefix,
    topic: (pattern, system) => topicName(prefix, pattern, system),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    metrics,
    command: async (kind, id, command) => {
      heard.push(id);
      if (failing.has(id)) throw new RangeError('made up');
      return (await give(id, command as LocationCommand)) as typeof kind.initial;
    },
    transact: async (rule) => {
      const reader: Reader = {
        find: async (collection, filter) =>
          (await store.db
            .collection(collection)
            .find(filter as never)
            .toArray()) as never,
        states: async (kind, ids) => {
          const found = await records()
            .find({ _id: { $in: [...ids] } })
            .toArray();
          return new Map(found.map(({ _id, state }) => [_id, state as typeof kind.initial]));
        },
      };
      const { writes = [], commands = [] } = await rule(reader, new Date());
      for (const { collection, operation } of writes) await store.db.collection(collection).bulkWrite([operation]);
      for (const { record, command } of commands) await give(record, command as LocationCommand);
    },
  });
  const begin = (id: string): Promise<LocationState> =>
    give(id, {
      type: 'BeginLocation',
      requestId: id,
      controller: 'corner',
      found: { identifiers: [], footprints: [], capped: false },
    });
  const publish = async (topic: string, count = 1): Promise<void> => {
    const producer = await bus.producer('upstream');
    const record = { topic, key: 'k', value: Buffer.from('v'), headers: {} };
    await producer.send(Array.from({ length: count }, () => record));
    await producer.close();
  };
  const shown = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name}\\{.*\\} (.*)$`, 'm').exec(await metrics.text())?.[1]);
  const steps = async (task: ReturnType<typeof locatingTask>, count: number): Promise<void> => {
    for (let each = 0; each < count; each += 1) await task.step();
  };

  it('gives every open location its turn, the oldest first, though some of them fail', async () => {
    // Held back: intake has not read this.
    await publish(topicName(prefix, 'lethe.user-events'));
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const [index, id] of ids.entries()) {
      const state = await begin(id);
      const openSince = new Date(Date.now() - (60 - index) * 1_000);
      await records().replaceOne({ _id: id }, { state: { ...state, openSince } });
    }
    failing = new Set(['a', 'b', 'd']);
    const task = locatingTask(service(), names, always);
    await steps(task, 3);
    expect(heard).toEqual(ids);
    expect(await shown('lethe_locating_failures_total')).toBe(3);
    await steps(task, 3);
    expect(heard).toEqual([...ids, ...ids]);
    expect(await shown('lethe_locating_open')).toBe(5);
    expect(await shown('lethe_locating_oldest_seconds')).toBeGreaterThanOrEqual(60);
    expect((await stateOf('c')).barrier?.phase).toBe('waiting_for_intake');
  });

  it.each(['lethe.user-events', 'lethe.observations'] as const)(
    'does not wait for offsets of a %s that was replaced, but for its reader to be told so',
    async (pattern) => {
      const topic = topicName(prefix, pattern);
      const atFeed = pattern === 'lethe.user-events';
      const fences = store.db.collection<{ _id: string }>('offsets');
      const stand = async (next: number): Promise<void> => {
        const topicId = (await bus.topicIds([topic])).get(topic);
        for (const { partition } of await bus.endOffsets([topic])) {
          const fence = { topic, partition, topicId, next };
          await fences.replaceOne({ _id: `discovery:${topic}:${partition}` }, fence, { upsert: true });
        }
      };
      await publish(topic, 3);
      if (!atFeed) await stand(0);
      await begin('a');
      const task = locatingTask(service(), names, always);
      await steps(task, 8);
      const waiting = atFeed ? 'waiting_for_intake' : 'waiting_for_discovery';
      expect((await stateOf('a')).barrier?.phase).toBe(waiting);

      bus.cluster.recreateTopic(topic);
      await steps(task, 8);
      // The feed's reader has nothing to commit to a store. Discovery's own may have, until it stands in the new topic.
      if (!atFeed) {
        expect((await stateOf('a')).barrier).toEqual({ phase: 'waiting_for_discovery', until: [] });
        await stand(0);
        await steps(task, 8);
      }
      expect((await stateOf('a')).state).toBe('complete');
    },
  );
});
