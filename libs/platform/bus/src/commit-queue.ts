/**
 * Commits that nobody waits for: the newest position per partition, one request at a time, errors counted. They serve
 * lag monitoring; an awaited commit would let a woken zombie end its own consumer.
 */
import type { PartitionOffset, TopicPartition } from './bus.ts';

export interface CommitQueue {
  put(position: PartitionOffset): void;
  /** What is queued for this partition is someone else's now. */
  forget(at: TopicPartition): void;
  /** Resolves when nothing is queued or under way. */
  flushed(): Promise<void>;
}

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export const commitQueue = (
  commit: (positions: readonly PartitionOffset[]) => Promise<void>,
  failed: (error: unknown) => void,
): CommitQueue => {
  const queued = new Map<string, PartitionOffset>();
  let working: Promise<void> | null = null;

  const work = async (): Promise<void> => {
    while (queued.size > 0) {
      const positions = [...queued.values()];
      queued.clear();
      try {
        await commit(positions);
      } catch (error) {
        failed(error);
      }
    }
  };

  return {
    put(position) {
      queued.set(placeOf(position), position);
      working ??= work().finally(() => {
        working = null;
      });
    },
    forget(at) {
      queued.delete(placeOf(at));
    },
    async flushed() {
      while (working !== null) await working;
    },
  };
};
