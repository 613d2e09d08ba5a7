/** Reads the committed records of a topic from its start to its present end without a group: for tools and tests. */
import type { RecordsBatch } from '@platformatic/kafka';
import type { BusRecord, TopicPartition } from './bus.ts';
import type { KafkaAdmin } from './kafka-admin.ts';
import { fetchTopic } from './kafka-fetch.ts';
import { type FetchedMessage, isTail, READ_COMMITTED, readCommitted } from './read-committed.ts';
import { recordHeaders } from './record-headers.ts';

const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;
const LOG_APPEND_TIME = 1 << 3;

interface ReadMessage extends FetchedMessage {
  readonly at: number;
  readonly headers: readonly (readonly [string, string])[];
}

const messagesOf = (batch: RecordsBatch): ReadMessage[] => {
  const batchContext = {
    firstOffset: String(batch.firstOffset),
    lastOffsetDelta: batch.lastOffsetDelta,
    producerId: String(batch.producerId),
    inTransaction: (batch.attributes & TRANSACTIONAL) !== 0,
  };
  return batch.records.map((record) => ({
    offset: String(batch.firstOffset + BigInt(record.offsetDelta)),
    key: record.key,
    value: record.value,
    isControlRecord: (batch.attributes & CONTROL) !== 0,
    batchContext,
    at: Number(
      (batch.attributes & LOG_APPEND_TIME) !== 0 ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta,
    ),
    headers: record.headers.map(([name, value]) => [name?.toString() ?? '', value?.toString() ?? ''] as const),
  }));
};

export const readTopic = async function* (
  admin: KafkaAdmin,
  clientId: string,
  topic: string,
): AsyncGenerator<BusRecord & TopicPartition> {
  for await (const fetched of fetchTopic(admin, clientId, topic, READ_COMMITTED)) {
    const { partition, position, end } = fetched;
    const visible = readCommitted(
      {
        partition,
        highWatermark: String(fetched.highWatermark),
        lastStableOffset: String(fetched.lastStableOffset),
        abortedTransactions: fetched.abortedTransactions.map(({ producerId, firstOffset }) => ({
          producerId: String(producerId),
          firstOffset: String(firstOffset),
        })),
        messages: fetched.batches.flatMap(messagesOf),
      },
      position,
    ).messages as readonly ReadMessage[];
    for (const message of visible) {
      const offset = Number(message.offset);
      if (isTail(message) || offset >= end) continue;
      yield {
        topic,
        partition,
        offset,
        key: message.key?.toString() ?? null,
        value: message.value,
        headers: recordHeaders(message.headers),
        appendedAt: new Date(message.at),
      };
    }
  }
};
