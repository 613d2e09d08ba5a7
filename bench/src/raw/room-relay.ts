/** Publishes what rooms say, everything that waits in one send; the outbox is cleared behind it. */
import type { Producer } from 'kafkajs';
import type { Outgoing, RoomStore } from './room-store.ts';

export interface RoomRelay {
  /** Resolves when it is published. */
  publish(outboxId: string | null, says: readonly Outgoing[]): Promise<void>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly outboxId: string | null;
  readonly says: readonly Outgoing[];
}

export function roomRelay(producer: Producer, store: RoomStore | null): RoomRelay {
  let waiting: Waiting[] = [];
  let turn: Promise<void> = Promise.resolve();

  const publishAll = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    if (all.length === 0) return; // an earlier turn took it along
    const byTopic = Map.groupBy(
      all.flatMap(({ says }) => says),
      ({ topic }) => topic,
    );
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, says]) => ({
        topic,
        messages: says.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers: { ...headers } })),
      })),
    });
    await store?.published(all.flatMap(({ outboxId }) => outboxId ?? []));
  };

  return {
    publish: (outboxId, says) => {
      if (says.length === 0) return Promise.resolve();
      waiting.push({ outboxId, says });
      turn = turn.then(publishAll);
      return turn;
    },
    idle: () => turn,
  };
}
