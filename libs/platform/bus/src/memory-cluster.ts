/**
 * What stands for the brokers: topics with ids, logs, transactional ids that fence, committed offsets. Several memory
 * buses on one cluster are several processes on one Kafka. Its controls do to the log what operators and time do.
 */
import { randomUUID } from 'node:crypto';
import type { OutgoingRecord, PartitionOffset, TopicPartition, TopicSpec } from './bus.ts';
import { steadyPartitioner } from './kafka-producer.ts';
import { type MemoryGroup, memoryGroup } from './memory-group.ts';
import { type MemoryLog, memoryLog, type MemoryTransaction } from './memory-log.ts';

/** The broker's `message.max.bytes`. */
const MAX_RECORD_BYTES = 1_048_576;

export interface MemoryTopic {
  readonly id: string;
  readonly spec: TopicSpec;
  readonly logs: readonly MemoryLog[];
}

export interface OpenTransaction {
  commit(): void;
  abort(): void;
}

export interface MemoryCluster {
  readonly topics: ReadonlyMap<string, MemoryTopic>;
  topic(name: string): MemoryTopic;
  create(spec: TopicSpec): void;
  append(records: readonly OutgoingRecord[], transaction?: MemoryTransaction): readonly MemoryLog[];
  /** Takes the transactional id: what its former owner had open is aborted, and its epoch is over. */
  initTransactions(transactionalId: string): number;
  epochOf(transactionalId: string): number;
  /** Appends records that stay invisible until the transaction ends. */
  begin(records: readonly OutgoingRecord[], transactionalId?: string): OpenTransaction;
  group(name: string): MemoryGroup;
  /** Called after every change of any log. Returns how to stop listening. */
  onChange(listener: () => void): () => void;

  // Controls for tests.
  /** Deletes a topic with its records and the committed offsets on it, and creates it anew: same name, another id. */
  recreateTopic(name: string): void;
  /** Moves the start of a log, as retention does. */
  trim(at: TopicPartition, before: number): void;
  /** The coordinator forgets every member of a group, as after a pause longer than the session timeout. They do not know it yet. */
  expel(group: string): void;
  setCommitted(group: string, position: PartitionOffset | TopicPartition): void;
}

export const memoryCluster = (now: () => Date = () => new Date()): MemoryCluster => {
  const topics = new Map<string, MemoryTopic>();
  const groups = new Map<string, MemoryGroup>();
  const listeners = new Set<() => void>();
  const epochs = new Map<string, number>();
  const open = new Map<string, OpenTransaction>();
  const choose = steadyPartitioner();

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const topic = (name: string): MemoryTopic => {
    const found = topics.get(name);
    if (found === undefined) throw new Error(`no such topic: ${name}`);
    return found;
  };

  const group = (name: string): MemoryGroup => {
    const found = groups.get(name) ?? memoryGroup((at) => topics.get(at)?.logs.length ?? 0);
    groups.set(name, found);
    return found;
  };

  const logFor = (record: OutgoingRecord): MemoryLog => {
    const { spec, logs } = topic(record.topic);
    const partitionMetadata = logs.map((_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 0,
      replicas: [],
      isr: [],
    }));
    const { key, value } = record;
    const log = logs[choose({ topic: spec.name, partitionMetadata, message: { key, value } })];
    if (log === undefined) throw new Error(`no partition for a record of ${spec.name}`);
    return log;
  };

  const append = (records: readonly OutgoingRecord[], transaction?: MemoryTransaction): readonly MemoryLog[] => {
    if (records.some(({ value }) => (value?.length ?? 0) > MAX_RECORD_BYTES)) throw new Error('MESSAGE_TOO_LARGE');
    const placed = records.map((record) => ({ record, log: logFor(record) }));
    for (const { record, log } of placed) log.append(record, now(), transaction ?? null);
    changed();
    return [...new Set(placed.map(({ log }) => log))];
  };

  const begin = (records: readonly OutgoingRecord[], transactionalId: string = randomUUID()): OpenTransaction => {
    const transaction: MemoryTransaction = { state: 'open' };
    const touched = append(records, transaction);
    const end = (state: 'committed' | 'aborted') => () => {
      if (transaction.state !== 'open') return;
      transaction.state = state;
      for (const log of touched) log.mark();
      open.delete(transactionalId);
      changed();
    };
    const made = { commit: end('committed'), abort: end('aborted') };
    open.set(transactionalId, made);
    return made;
  };

  const create = (spec: TopicSpec): void => {
    topics.set(spec.name, { id: randomUUID(), spec, logs: Array.from({ length: spec.partitions }, memoryLog) });
  };

  return {
    topics,
    topic,
    create,
    append,
    begin,
    group,
    initTransactions(transactionalId) {
      open.get(transactionalId)?.abort();
      const epoch = (epochs.get(transactionalId) ?? 0) + 1;
      epochs.set(transactionalId, epoch);
      return epoch;
    },
    epochOf: (transactionalId) => epochs.get(transactionalId) ?? 0,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    recreateTopic(name) {
      create(topic(name).spec);
      for (const one of groups.values()) one.forgetTopic(name);
      changed();
    },
    trim({ topic: name, partition }, before) {
      topic(name).logs[partition]?.trim(before);
      changed();
    },
    expel(name) {
      group(name).expelAll();
    },
    setCommitted(name, position) {
      group(name).setCommitted(position, 'offset' in position ? position.offset : null);
    },
  };
};
