/**
 * The bus as the platform sees it: partitions of records with offsets, consumer groups, two kinds of producer. The
 * Kafka bus and the memory bus both pass `bus.contract.ts`; docs/bus.md gives the reason of each rule.
 *
 * Offsets are numbers: exact up to 2^53. Nothing here decodes a value.
 */

export type RecordHeaders = Readonly<Record<string, string>>;

/** One record as the log holds it. */
export interface BusRecord {
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  /** The broker's append time: every topic of ours is LogAppendTime, nobody sets it. */
  readonly appendedAt: Date;
}

/** What is to be appended. Without a partition the key decides (Kafka's default partitioner, murmur2). */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What one fetch of one partition brought: committed records only, possibly none (a tail of control records). */
export interface Batch extends TopicPartition {
  /** Where the fetch began. It may lie before the first record: gaps of control and aborted records are normal. */
  readonly fetchedFrom: number;
  /** The offset after the last one that this fetch covered, control and aborted records included. */
  readonly next: number;
  /** The end of what can be read (last stable offset) as of this fetch: `next >= end` means there is no more for now. */
  readonly end: number;
  readonly records: readonly BusRecord[];
}

/** What the log says about a partition when it is assigned. */
export interface PartitionFacts extends TopicPartition {
  /** Kafka's UUID of the topic: a re-created topic of the same name has another. */
  readonly topicId: string;
  readonly logStart: number;
  readonly logEnd: number;
  /** The group's committed offset, null when there is none. */
  readonly committed: number | null;
}

/** Why a partition stands still until an operator decides. The message names the case; it holds no personal data. */
export interface Halt {
  readonly kind: 'halt';
  readonly code: string;
  readonly message: string;
}

/** Where to begin a partition that was just assigned. */
export type Start = { readonly kind: 'start'; readonly at: number } | Halt;

/** What became of a batch. */
export type Verdict =
  /** Go on behind the batch. `commit`: the offset to commit for the group, when other than the batch's `next`; null for none. */
  | { readonly kind: 'done'; readonly commit?: number | null }
  /** Read on from another offset at once (the batch did not start where it should have). */
  | { readonly kind: 'seek'; readonly to: number }
  /** Pause the partition (heartbeats go on, other partitions too) and read again from an offset after a while. */
  | { readonly kind: 'retry'; readonly from: number; readonly afterMs: number; readonly reason: string }
  | Halt;

/** Given to a handler for as long as it works on a batch. */
export interface Lifeline {
  /** Tells the group that we live. Throws LostPartitionError when the partition is no longer ours (we are the zombie). */
  heartbeat(): Promise<void>;
  /** True once the partition was revoked or the consumer is draining hard; check between expensive steps. */
  readonly lost: boolean;
}

export interface Subscription {
  readonly group: string;
  /** Concrete topic names. */
  readonly topics: readonly string[];
  /** Called once per assignment of a partition, before its first batch. The committed offset is never trusted. */
  assigned(partition: PartitionFacts): Promise<Start>;
  /** Batches of one partition come one after the other, partitions run concurrently. Must not throw: an error is a bug and is retried by pausing. */
  handle(batch: Batch, lifeline: Lifeline): Promise<Verdict>;
  /** The partition went to someone else (or the consumer stops). Not called after a crash of the process, of course. */
  revoked?(partition: TopicPartition): void;
  /** `stop()` calls it when the last handler has ended and before the group is left: the last chance to `commit`. */
  drained?(): Promise<void>;
  /** How many partitions are worked on at once. Default 3. */
  readonly concurrency?: number;
}

export interface HaltedPartition extends TopicPartition {
  readonly code: string;
  readonly message: string;
}

/** Liveness is the age of the last fetch or heartbeat, never "connected". */
export interface ConsumerStatus {
  readonly joined: boolean;
  readonly assigned: readonly TopicPartition[];
  /** Milliseconds since the last completed fetch or heartbeat; Infinity before the first. */
  readonly idleMs: number;
  readonly halted: readonly HaltedPartition[];
  /** Waiting for the time of a `retry` verdict; neither halted nor just assigned. */
  readonly paused: readonly TopicPartition[];
  /** Failed fire-and-forget commits so far. */
  readonly commitErrors: number;
  /** Set once the consumer gave up for good: the process should exit. */
  readonly dead: Error | null;
}

export interface Consumer {
  status(): ConsumerStatus;
  /** Commits positions now, repeated on passing errors (intake's event path: there the committed offset is the position). */
  commit(positions: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>;
  /** Lets a halted partition be looked at again (after an operator adopted a fence): `assigned` is called anew. */
  recheck(): Promise<void>;
  /** Drain: stop fetching, let running handlers finish, send their commits, leave the group. */
  stop(): Promise<void>;
}

/** Idempotent, acks=all, one send in flight, split so that no request outgrows the broker. */
export interface Producer {
  /** Resolves when every record is durable; in order per key within one call and across calls. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * A transactional producer whose position is committed in the same Kafka transaction as its records. Opening one
 * fences every older producer of the same id. After *any* error it is useless: open a new one and take over.
 */
export interface RelayProducer {
  /** The position as of now: exact, because `open` has fenced every other writer. null: never written. */
  position(): Promise<number | null>;
  /** Publishes the records and the position, all or nothing. A rejection means *unknown*. */
  publish(records: readonly OutgoingRecord[], position: number): Promise<void>;
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}

export interface Bus {
  subscribe(subscription: Subscription): Promise<Consumer>;
  producer(name: string): Promise<Producer>;
  /** Initialises the transactional id before it resolves. `positions` = the topic that addresses the position (1 partition, never written). */
  relayProducer(transactionalId: string, positions: string): Promise<RelayProducer>;
  /** Creates what is missing; never changes what exists. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Every difference between the specs and what the cluster has: missing topic, partition count, setting. Empty when all is well. */
  checkTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>;
  /** Topic -> Kafka's UUID, for those that exist. */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** End offsets (what a new record would get) of every partition of the topics, and the log's first offsets. */
  endOffsets(topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  startOffsets(topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  /** A group's committed offsets on the topics; partitions without one are left out. */
  committedOffsets(group: string, topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  /** Every existing topic whose name begins with the prefix. */
  listTopics(prefix: string): Promise<readonly string[]>;
  /** Records of a topic from its start to its present end, for tools and tests; committed records only. */
  readAll(topic: string): AsyncIterable<BusRecord & TopicPartition>;
  close(): Promise<void>;
}
