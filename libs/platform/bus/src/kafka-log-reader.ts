/**
 * Reads a topic from its start to its present end without a group: for tools and tests. It fetches by topic id, so a
 * topic that is re-created meanwhile is an error and not another topic's records.
 */
import { ConnectionPool, fetchV13, type RecordsBatch } from '@platformatic/kafka';
import type { BusRecord, TopicPartition } from './bus.ts';
import type { KafkaAdmin } from './kafka-admin.ts';
import { type FetchedMessage, isTail, READ_COMMITTED, readCommitted } from './read-committed.ts';
import { recordHeaders } from './record-headers.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_WAIT_MS = 250;
const NO_SESSION = 0;
const SESSIONLESS_EPOCH = -1;
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
  const about = (await admin.metadata([topic])).get(topic);
  if (about === undefined) throw new Error(`no such topic: ${topic}`);
  const ends = await admin.endOffsets([topic]);
  const starts = new Map((await admin.startOffsets([topic])).map(({ partition, offset }) => [partition, offset]));
  const { brokers } = await admin.client.metadata({ topics: [topic] });
  const pool = new ConnectionPool(clientId);
  try {
    for (const { partition, offset: end } of ends) {
      const broker = brokers.get(about.partitions[partition]?.leader ?? -1);
      if (broker === undefined) throw new Error(`no leader for ${topic}/${partition}`);
      let position = starts.get(partition) ?? 0;
      while (position < end) {
        const connection = await pool.get(broker);
        const fetched = await fetchV13.api.async(
          connection,
          MAX_WAIT_MS,
          1,
          MAX_BYTES,
          READ_COMMITTED,
          NO_SESSION,
          SESSIONLESS_EPOCH,
          [
            {
              topicId: about.id,
              partitions: [
                {
                  partition,
                  currentLeaderEpoch: -1,
                  fetchOffset: BigInt(position),
                  lastFetchedEpoch: -1,
                  partitionMaxBytes: MAX_BYTES,
                },
              ],
            },
          ],
          [],
          '',
        );
        const data = fetched.responses[0]?.partitions[0];
        if (data === undefined) throw new Error(`no answer about ${topic}/${partition}`);
        const batches = data.records ?? [];
        const messages = batches.flatMap(messagesOf);
        const visible = readCommitted(
          {
            partition,
            highWatermark: String(data.highWatermark),
            lastStableOffset: String(data.lastStableOffset),
            abortedTransactions: (data.abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({
              producerId: String(producerId),
              firstOffset: String(firstOffset),
            })),
            messages,
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
        // Batches that compaction emptied count as well, so the end is always reached.
        const covered = Math.max(position - 1, ...batches.map((b) => Number(b.firstOffset) + b.lastOffsetDelta));
        if (covered >= position) position = covered + 1;
        // What lies behind an open transaction is not committed: the end of what can be read.
        else if (BigInt(position) >= data.lastStableOffset) break;
      }
    }
  } finally {
    await pool.close();
  }
};
