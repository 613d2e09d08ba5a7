/**
 * A consumer group with Kafka's eager protocol: every change of its members stops all of them, waits until they have
 * given up what they had, and deals the partitions anew under the next generation.
 */
import type { PartitionOffset, TopicPartition } from './bus.ts';

export interface GroupMember {
  readonly topics: readonly string[];
  /** Gives up all partitions; resolves when no handler runs any more. */
  yieldAll(): Promise<void>;
  take(partitions: readonly TopicPartition[], generation: number): void;
}

export interface MemoryGroup {
  join(member: GroupMember): void;
  leave(member: GroupMember): void;
  /** What the coordinator answers to a heartbeat. */
  heartbeat(member: GroupMember, generation: number): 'ok' | 'rebalancing' | 'expelled';
  /** False when the member is not, or no longer, of that generation. */
  commit(member: GroupMember, generation: number, positions: readonly PartitionOffset[]): boolean;
  committed(at: TopicPartition): number | null;
  setCommitted(at: TopicPartition, offset: number | null): void;
  forgetTopic(topic: string): void;
  expelAll(): void;
}

/** After this the coordinator goes on without a member that has not given up its partitions. */
const REBALANCE_TIMEOUT_MS = 30_000;

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export const memoryGroup = (partitionsOf: (topic: string) => number): MemoryGroup => {
  const members = new Set<GroupMember>();
  const committed = new Map<string, number>();
  let generation = 0;
  let rebalancing: Promise<void> | null = null;
  let wanted = false;

  const yielded = async (member: GroupMember): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        members.delete(member);
        resolve();
      }, REBALANCE_TIMEOUT_MS);
    });
    await Promise.race([member.yieldAll(), late]);
    clearTimeout(timer);
  };

  const deal = (): void => {
    generation += 1;
    const hands = new Map<GroupMember, TopicPartition[]>([...members].map((member) => [member, []]));
    const topics = [...new Set([...members].flatMap((member) => member.topics))].sort();
    let turn = 0;
    for (const topic of topics) {
      const subscribed = [...members].filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < partitionsOf(topic); partition += 1) {
        const member = subscribed[turn % subscribed.length];
        turn += 1;
        if (member !== undefined) hands.get(member)?.push({ topic, partition });
      }
    }
    for (const [member, partitions] of hands) member.take(partitions, generation);
  };

  /** Asked after waiting, when the type checker thinks that nothing can have changed. */
  const again = (): boolean => wanted;

  const rebalance = (): void => {
    wanted = true;
    rebalancing ??= (async () => {
      while (wanted) {
        // Whoever joins in the same breath joins the same generation.
        await new Promise((resolve) => setImmediate(resolve));
        wanted = false;
        await Promise.all([...members].map(yielded));
        if (!again()) deal();
      }
    })().finally(() => {
      rebalancing = null;
    });
  };

  return {
    join(member) {
      members.add(member);
      rebalance();
    },
    leave(member) {
      if (members.delete(member)) rebalance();
    },
    heartbeat(member, of) {
      if (!members.has(member)) return 'expelled';
      if (rebalancing !== null) return 'rebalancing';
      return of === generation ? 'ok' : 'expelled';
    },
    commit(member, of, positions) {
      if (!members.has(member) || of !== generation) return false;
      for (const position of positions) committed.set(placeOf(position), position.offset);
      return true;
    },
    committed: (at) => committed.get(placeOf(at)) ?? null,
    setCommitted(at, offset) {
      if (offset === null) committed.delete(placeOf(at));
      else committed.set(placeOf(at), offset);
    },
    forgetTopic(topic) {
      for (const place of [...committed.keys()]) if (place.startsWith(`${topic}/`)) committed.delete(place);
      if ([...members].some((member) => member.topics.includes(topic))) rebalance();
    },
    expelAll() {
      const expelled = [...members];
      members.clear();
      generation += 1;
      if (expelled.length > 0) rebalance();
    },
  };
};
