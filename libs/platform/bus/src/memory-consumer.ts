/** A group member over memory logs: the same engine per partition as the Kafka consumer, another way to fetch. */
import { type Assignment, assignment } from './assignment.ts';
import type { Consumer, Subscription, TopicPartition } from './bus.ts';
import { LostPartitionError } from './errors.ts';
import type { BusLogger } from './logger.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import type { GroupMember } from './memory-group.ts';

const DEFAULT_CONCURRENCY = 3;
const RECORDS_PER_BATCH = 500;
const BEAT_MS = 50;
const DRAIN_MS = 20_000;

interface Reader {
  readonly assignment: Assignment;
  /** No batch any more: only giving up the partition is left. */
  readonly lose: () => void;
  readonly wake: () => void;
}

const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** At most so many handlers at once; the rest waits in turn. */
const slots = (count: number) => {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async take(): Promise<void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give(): void {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
};

export const memoryConsumer = (cluster: MemoryCluster, subscription: Subscription, logger: BusLogger): Consumer => {
  const group = cluster.group(subscription.group);
  const slot = slots(subscription.concurrency ?? DEFAULT_CONCURRENCY);
  const latest = new Map<string, Assignment>();
  let readers: readonly Reader[] = [];
  let generation = -1;
  let joined = false;
  let leaving = false;
  let ended = false;
  let working = 0;
  let answeredAt = -Infinity;
  let commitErrors = 0;
  let stopping: Promise<void> | null = null;

  const idle = async (): Promise<void> => {
    await Promise.all([...latest.values()].map((one) => one.idle()));
  };

  const revokeAll = (): void => {
    const old = readers;
    readers = [];
    for (const { assignment: one, wake } of old) {
      one.revoke();
      wake();
    }
  };

  const read = (at: TopicPartition): Reader => {
    let position = 0;
    let paused = true;
    let over = false;
    let lost = false;
    let wake = (): void => undefined;
    const log = () => cluster.topics.get(at.topic)?.logs[at.partition];
    const mine = generation;

    const one = assignment(
      at,
      {
        ...subscription,
        revoked(revoked) {
          over = true;
          subscription.revoked?.(revoked);
        },
      },
      {
        pause: () => (paused = true),
        resume() {
          paused = false;
          wake();
        },
        seek(offset) {
          position = offset;
          wake();
        },
        commit(offset) {
          if (!group.commit(self, mine, [{ ...at, offset }])) commitErrors += 1;
        },
        facts() {
          const topic = cluster.topic(at.topic);
          const here = log();
          if (here === undefined) return Promise.reject(new Error(`no such partition: ${placeOf(at)}`));
          const facts = { topicId: topic.id, logStart: here.start(), logEnd: here.end() };
          return Promise.resolve({ ...at, ...facts, committed: group.committed(at) });
        },
      },
      logger,
      latest.get(placeOf(at))?.idle(),
    );

    const lose = (): void => {
      lost = true;
      one.lose();
    };

    const beat = (): Promise<void> => {
      answeredAt = performance.now();
      if (group.heartbeat(self, mine) !== 'ok') lose();
      return Promise.resolve();
    };

    const step = async (): Promise<boolean> => {
      const here = log();
      if (here === undefined) return false;
      const from = position;
      const fetched = here.fetch(from, RECORDS_PER_BATCH);
      answeredAt = performance.now();
      if (fetched === null) {
        void one.begin();
        return false;
      }
      if (fetched.next === from) return false;
      await slot.take();
      working += 1;
      try {
        if (over || paused || position !== from) return true;
        if (await one.onBatch({ ...at, fetchedFrom: from, ...fetched }, beat)) position = fetched.next;
      } finally {
        working -= 1;
        slot.give();
      }
      return true;
    };

    const pump = async (): Promise<void> => {
      while (!over) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const more = !paused && !lost && (await step());
        if (more) await nextTick();
        else await woken;
      }
    };

    latest.set(placeOf(at), one);
    void pump();
    return { assignment: one, lose, wake: () => wake() };
  };

  const self: GroupMember = {
    topics: subscription.topics,
    async yieldAll() {
      joined = false;
      for (const { assignment: one } of readers) one.drain();
      await idle();
      revokeAll();
    },
    take(partitions, of) {
      revokeAll();
      generation = of;
      joined = true;
      answeredAt = performance.now();
      readers = partitions.map(read);
      for (const { assignment: one } of readers) {
        if (leaving) one.drain();
        else void one.begin();
      }
    },
  };

  /** A member that the group has expelled learns it from its next heartbeat, gives up what it had and joins again. */
  const beatAll = setInterval(() => {
    if (ended || leaving || !joined || group.heartbeat(self, generation) !== 'expelled') return;
    joined = false;
    for (const { lose } of readers) lose();
    void idle().then(() => {
      revokeAll();
      if (!leaving) group.join(self);
    });
  }, BEAT_MS);
  const unsubscribe = cluster.onChange(() => {
    for (const { wake } of readers) wake();
  });
  group.join(self);

  const all = () => readers.map(({ assignment: one }) => one);
  return {
    status: () => ({
      joined,
      assigned: all().map(({ at }) => at),
      // An idle member's long poll ends several times a second; only a working one can fall silent.
      idleMs: joined && working === 0 ? 0 : performance.now() - answeredAt,
      halted: all().flatMap((one) => one.halted() ?? []),
      paused: all()
        .filter((one) => one.waiting())
        .map(({ at }) => at),
      commitErrors,
      dead: null,
    }),
    commit(positions) {
      const ours = new Set(all().map(({ at }) => placeOf(at)));
      if (positions.every((at) => ours.has(placeOf(at))) && group.commit(self, generation, positions)) {
        return Promise.resolve();
      }
      commitErrors += 1;
      return Promise.reject(new LostPartitionError('a position to commit is no longer ours'));
    },
    async recheck() {
      await Promise.all(
        all()
          .filter((one) => one.halted() !== null)
          .map((one) => one.begin()),
      );
    },
    stop() {
      stopping ??= (async () => {
        leaving = true;
        for (const one of all()) one.drain();
        const late = setTimeout(() => {
          for (const one of all()) one.lose();
        }, DRAIN_MS);
        await idle();
        clearTimeout(late);
        await subscription.drained?.();
        ended = true;
        clearInterval(beatAll);
        unsubscribe();
        revokeAll();
        joined = false;
        group.leave(self);
      })();
      return stopping;
    },
  };
};
