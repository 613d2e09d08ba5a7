/**
 * One kafkajs consumer from connecting to leaving or crashing. kafkajs's own restart is off: it begins again after a
 * close, and not after the crashes that matter. Whoever made the membership makes a new one.
 */
import type { EachBatchPayload, Offsets } from 'kafkajs';
import { type Assignment, assignment } from './assignment.ts';
import type { PartitionFacts, PartitionOffset, Subscription, TopicPartition } from './bus.ts';
import { commitQueue } from './commit-queue.ts';
import type { KafkaAdmin } from './kafka-admin.ts';
import { batchOf } from './kafka-batch.ts';
import { clientRetry, errorType, type KafkaAddress, kafkaClient, within } from './kafka-client.ts';
import { onOutOfRange } from './kafkajs-cures.ts';
import { errorFields } from './logger.ts';

export interface ConsumerTiming {
  readonly sessionTimeoutMs: number;
  readonly drainMs: number;
}

export interface MembershipEvents {
  /** kafkajs stopped for good. */
  crashed(error: Error): void;
  commitFailed(error: unknown): void;
  /** The broker answered a fetch or a heartbeat. */
  answered(): void;
}

export interface Membership {
  joined(): boolean;
  assignments(): readonly Assignment[];
  /** Rejects when a position is not ours or the group refuses it. */
  commit(positions: readonly PartitionOffset[]): Promise<void>;
  leave(): Promise<void>;
  /** After a crash: nothing is drained, everything is revoked. */
  discard(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 3;
/** Also how soon a member notices that another one came or went. */
const HEARTBEATS_PER_SESSION = 6;
const REBALANCE_TIMEOUT_MS = 30_000;
/** Also how soon a resumed partition is fetched: kafkajs looks at what is paused before each fetch. */
const MAX_WAIT_MS = 250;
const METADATA_MAX_AGE_MS = 60_000;
const BEAT_FOR_HANDLER_MS = 60_000;
const HARD_DRAIN_MS = 2_000;
const FLUSH_MS = 5_000;
const DISCONNECT_MS = 10_000;

/** Kafka answers a fetch by name also when the topic behind the name is another one. */
const TOPIC_WATCH_MS = 10_000;

const rebalancing = ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'NOT_COORDINATOR'];
const expelled = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'];

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

const byTopic = (positions: readonly PartitionOffset[]): Offsets => {
  const topics = new Map<string, { partition: number; offset: string }[]>();
  for (const { topic, partition, offset } of positions) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partition, offset: String(offset) });
    topics.set(topic, partitions);
  }
  return { topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) };
};

export const kafkaMembership = async (
  address: KafkaAddress,
  timing: ConsumerTiming,
  admin: KafkaAdmin,
  subscription: Subscription,
  events: MembershipEvents,
): Promise<Membership> => {
  const { logger } = address;
  const { group, topics } = subscription;
  const heartbeatMs = Math.floor(timing.sessionTimeoutMs / HEARTBEATS_PER_SESSION);
  const client = kafkaClient(address);
  const consumer = client.kafka.consumer({
    groupId: group,
    sessionTimeout: timing.sessionTimeoutMs,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: MAX_WAIT_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    retry: { ...clientRetry, restartOnFailure: () => Promise.resolve(false) },
  });
  const latest = new Map<string, Assignment>();
  let assigned: readonly Assignment[] = [];
  let joined = false;
  let leaving = false;
  let ended = false;
  let commitNow: ((offsets: Offsets) => Promise<void>) | null = null;
  let stopListening = (): void => undefined;
  let loading: Promise<readonly PartitionFacts[]> | null = null;

  const commits = commitQueue(
    async (positions) => {
      if (commitNow !== null && joined) await commitNow(byTopic(positions));
    },
    (error) => events.commitFailed(error),
  );

  /** All partitions of a join ask at once: one set of requests serves them, begun after the last of them asked. */
  const facts = async (at: TopicPartition): Promise<PartitionFacts> => {
    loading ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      loading = null;
      return admin.facts(group, topics);
    });
    const found = (await loading).find(({ topic, partition }) => topic === at.topic && partition === at.partition);
    if (found === undefined) throw new Error(`no facts about ${placeOf(at)}`);
    return found;
  };

  const controlOf = (at: TopicPartition) => {
    const { topic, partition } = at;
    const whileRunning = (act: () => void): void => {
      if (!ended) act();
    };
    return {
      pause: () => whileRunning(() => consumer.pause([{ topic, partitions: [partition] }])),
      resume: () => whileRunning(() => consumer.resume([{ topic, partitions: [partition] }])),
      seek: (offset: number) => whileRunning(() => consumer.seek({ topic, partition, offset: String(offset) })),
      commit: (offset: number) => commits.put({ topic, partition, offset }),
      facts: () => facts(at),
    };
  };

  const revokeAll = (): void => {
    for (const one of assigned) {
      commits.forget(one.at);
      one.revoke();
    }
    assigned = [];
  };

  const take = (memberAssignment: Readonly<Record<string, readonly number[]>>): void => {
    // Also what we keep: between two generations it may have been another member's.
    revokeAll();
    assigned = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => {
        const at = { topic, partition };
        const made = assignment(at, subscription, controlOf(at), logger, latest.get(placeOf(at))?.idle());
        latest.set(placeOf(at), made);
        return made;
      }),
    );
    for (const one of assigned) {
      if (leaving) one.drain();
      else void one.begin();
    }
    joined = true;
  };

  const lookAgain = (which: (one: Assignment) => boolean): void => {
    if (leaving || ended) return;
    for (const one of assigned) if (which(one)) void one.begin();
  };

  const watch = setInterval(() => {
    admin.topicIds(topics).then(
      (ids) =>
        lookAgain((one) => {
          const id = ids.get(one.at.topic);
          return id !== undefined && one.topicId() !== null && one.topicId() !== id;
        }),
      (error: unknown) => logger.debug({ group, ...errorFields(error) }, 'topic ids are not known for the moment'),
    );
  }, TOPIC_WATCH_MS);

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    commitNow = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    const batch = batchOf(payload.batch);
    const mine = assigned.find(({ at }) => at.topic === batch.topic && at.partition === batch.partition);
    if (mine === undefined || ended) return;
    const groupErrors: Error[] = [];
    // Anything else than what is named is the network's: kafkajs meets it again behind the batch.
    const beat = async (fatal: readonly string[]): Promise<void> => {
      try {
        await payload.heartbeat();
      } catch (error) {
        if (!(error instanceof Error) || !fatal.includes(errorType(error) ?? '')) return;
        groupErrors.push(error);
        mine.lose();
      }
    };
    // A rebalance lets a handler finish unless it asks; a member that the group has expelled must stop.
    const beatUntil = Date.now() + BEAT_FOR_HANDLER_MS;
    const timer = setInterval(() => {
      if (Date.now() < beatUntil) void beat(expelled);
    }, heartbeatMs);
    try {
      const moved = await mine.onBatch(batch, () => beat([...rebalancing, ...expelled]));
      if (moved) payload.resolveOffset(String(batch.next - 1));
    } finally {
      clearInterval(timer);
    }
    // kafkajs's own error: it rejoins at once instead of after the next heartbeat.
    if (groupErrors[0] !== undefined) throw groupErrors[0];
  };

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    stopListening();
    stopListening = onOutOfRange(payload.memberId, ({ topic, partition }) =>
      lookAgain(({ at }) => at.topic === topic && at.partition === partition),
    );
    take(payload.memberAssignment);
  });
  consumer.on(consumer.events.REBALANCING, () => {
    joined = false;
    revokeAll();
  });
  consumer.on(consumer.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Fetch' || payload.apiName === 'Heartbeat') events.answered();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    if (!ended) events.crashed(payload.error);
  });

  const close = async (): Promise<void> => {
    clearInterval(watch);
    stopListening();
    revokeAll();
    joined = false;
    ended = true;
    await within(DISCONNECT_MS, consumer.disconnect());
    client.destroy();
  };

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  } catch (error) {
    await close();
    throw error;
  }
  // Joining may take as long as the slowest member: nobody waits for it, `joined` says so.
  void consumer
    .run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: subscription.concurrency ?? DEFAULT_CONCURRENCY,
      eachBatch,
    })
    .catch((error: unknown) =>
      events.crashed(error instanceof Error ? error : new Error('the consumer did not start')),
    );

  const idle = (): Promise<unknown> => Promise.all([...latest.values()].map((one) => one.idle()));
  return {
    joined: () => joined,
    assignments: () => assigned,
    async commit(positions) {
      const ours = new Set(assigned.map(({ at }) => placeOf(at)));
      if (!joined || ended || !positions.every((position) => ours.has(placeOf(position)))) {
        throw new Error('a position to commit belongs to a partition that is not assigned');
      }
      await consumer.commitOffsets(
        positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
      );
    },
    async leave() {
      leaving = true;
      for (const one of assigned) one.drain();
      if ((await within(timing.drainMs, idle())) === 'late') {
        for (const one of assigned) one.lose();
        await within(HARD_DRAIN_MS, idle());
      }
      try {
        await subscription.drained?.();
      } catch (error) {
        events.commitFailed(error);
      }
      await within(FLUSH_MS, commits.flushed());
      await close();
    },
    discard: close,
  };
};
