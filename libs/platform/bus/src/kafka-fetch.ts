/**
 * Fetches a topic from its start to its present end without a group. It fetches by topic id, so a topic that is
 * re-created meanwhile is an error and not another topic's records.
 */
import { ConnectionPool, fetchV13, type RecordsBatch } from '@platformatic/kafka';
import type { KafkaAdmin } from './kafka-admin.ts';
import { READ_COMMITTED } from './read-committed.ts';

export const READ_UNCOMMITTED = 0;

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_WAIT_MS = 250;
const NO_SESSION = 0;
const SESSIONLESS_EPOCH = -1;

/** What one fetch of one partition brought. Batches may begin before `position`: a broker sends whole ones. */
export interface Fetched {
  readonly partition: number;
  readonly position: number;
  /** What a new record would have got when the reading began. */
  readonly end: number;
  readonly highWatermark: bigint;
  readonly lastStableOffset: bigint;
  readonly abortedTransactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[];
  readonly batches: readonly RecordsBatch[];
}

export const fetchTopic = async function* (
  admin: KafkaAdmin,
  clientId: string,
  topic: string,
  isolation: typeof READ_COMMITTED | typeof READ_UNCOMMITTED,
): AsyncGenerator<Fetched> {
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
          isolation,
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
        const { highWatermark, lastStableOffset } = data;
        const abortedTransactions = data.abortedTransactions ?? [];
        yield { partition, position, end, highWatermark, lastStableOffset, abortedTransactions, batches };
        // Batches that compaction emptied count as well, so the end is always reached.
        const covered = Math.max(position - 1, ...batches.map((b) => Number(b.firstOffset) + b.lastOffsetDelta));
        const readable = isolation === READ_COMMITTED ? lastStableOffset : highWatermark;
        if (covered >= position) position = covered + 1;
        // What lies behind an open transaction is not committed: the end of what can be read.
        else if (BigInt(position) >= readable) break;
      }
    }
  } finally {
    await pool.close();
  }
};
