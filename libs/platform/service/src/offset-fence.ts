/**
 * Where a service stands in each partition, moved in the same transaction as what it did. Keyed by service, not by
 * consumer group: renaming a group must not replay the world. A message below the fence has had its effect.
 */
import type { ClientSession, Db } from 'mongodb';
import type { Halt, PartitionFacts, Start, TopicPartition } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import { isDuplicateKey, type Store } from '@lethe/store';

export interface FenceDocument {
  readonly _id: string;
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the topic that `next` counts in. */
  readonly topicId: string;
  /** True on a path without a store: there the group's committed offset is the position. */
  readonly passing: boolean;
  /** The first offset without effect yet. On a path without a store null until the group has committed for the first time. */
  readonly next: number | null;
  /** On such a path: where an operator wants it to begin, whatever the group has committed; null once it has begun. */
  readonly startAt: number | null;
  readonly at: Date;
}

const COLLECTION = 'offsets';
const moved = failpoint('fence.moved');

/** Another process moved the fence, or this one remembers it wrongly: read it again and go on from there. */
export class FenceMovedError extends Error {
  override readonly name = 'FenceMovedError';
}

export function fenceId(service: string, { topic, partition }: TopicPartition): string {
  return `${service}:${topic}:${partition}`;
}

export function fences(db: Db) {
  return db.collection<FenceDocument>(COLLECTION);
}

/** The fence of a partition; a new one begins at the log's start. `next` null: a path without a store. */
export async function openFence(
  store: Store,
  service: string,
  facts: PartitionFacts,
  next: number | null,
): Promise<FenceDocument> {
  const { topic, partition, topicId } = facts;
  const _id = fenceId(service, facts);
  const found = await fences(store.db).findOne({ _id });
  if (found !== null) return found;
  const passing = next === null;
  const fresh: FenceDocument = { _id, topic, partition, topicId, passing, next, startAt: null, at: new Date() };
  try {
    await fences(store.db).insertOne(fresh);
    return fresh;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return openFence(store, service, facts, next); // someone else opened it first
  }
}

/** May this partition be read, and from where? Never continues by itself where the log is not the one that the fence knows. */
export function judgeFence(facts: PartitionFacts, fence: { readonly topicId: string; readonly next: number }): Start {
  const where = `${facts.topic}/${facts.partition}`;
  if (facts.topicId !== fence.topicId) {
    return halt('topic_replaced', `${where}: topic replaced: the fence counts in another topic of this name`);
  }
  if (fence.next > facts.logEnd) {
    return halt(
      'log_behind_fence',
      `${where}: log behind the fence: the log ends at ${facts.logEnd}, the fence stands at ${fence.next}`,
    );
  }
  if (fence.next < facts.logStart) {
    return halt(
      'log_start_beyond_fence',
      `${where}: log start beyond the fence: messages ${fence.next} to ${facts.logStart - 1} are gone and were never handled`,
    );
  }
  return { kind: 'start', at: fence.next };
}

/** The same on a path without a store, where the group's committed offset is the position. */
export function judgePosition(
  facts: PartitionFacts,
  { topicId, next, startAt }: Pick<FenceDocument, 'topicId' | 'next' | 'startAt'>,
): Start {
  const { committed } = facts;
  const replaced = facts.topicId !== topicId; // and then the group's offsets are gone with the topic
  if (committed === null && next !== null && startAt === null && !replaced) {
    return halt(
      'position_lost',
      `${facts.topic}/${facts.partition}: position lost: the group has no committed offset any more`,
    );
  }
  return judgeFence(facts, { topicId, next: startAt ?? committed ?? facts.logStart });
}

/** Moves the fence inside a transaction; its first operation, so that a zombie fails before it does any work. */
export async function moveFence(
  db: Db,
  service: string,
  at: TopicPartition & { readonly from: number; readonly to: number; readonly topicId: string },
  session: ClientSession,
): Promise<void> {
  const result = await fences(db).updateOne(
    { _id: fenceId(service, at), topicId: at.topicId, next: at.from },
    { $set: { next: at.to, at: new Date() } },
    { session },
  );
  if (result.matchedCount !== 1) throw new FenceMovedError('the fence is not where it was read');
  moved();
}

export async function readFence(
  store: Store,
  service: string,
  partition: TopicPartition,
): Promise<FenceDocument | null> {
  return fences(store.db).findOne({ _id: fenceId(service, partition) });
}

function halt(code: string, message: string): Halt {
  return { kind: 'halt', code, message: `${message}; decide with: lethe fence adopt` };
}
