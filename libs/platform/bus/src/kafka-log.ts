/**
 * What a topic's log holds as bytes, for who looks for something in it: read uncommitted, so records of aborted
 * transactions are there too, and from the broker's own files, where records stay that no consumer is shown any more.
 */
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Reader, readRecordsBatch, type RecordsBatch } from '@platformatic/kafka';
import type { PartitionOffset, TopicPartition } from './bus.ts';
import { kafkaAdmin } from './kafka-admin.ts';
import type { KafkaBusOptions } from './kafka-bus.ts';
import { fetchTopic, READ_UNCOMMITTED } from './kafka-fetch.ts';
import { silentLogger } from './logger.ts';

/** A record's own bytes, control records included. Decompressed; nothing is decoded. */
export interface StoredRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [Buffer | null, Buffer | null])[];
}

/** Several records of one partition, in their order. */
export interface StoredRecords extends TopicPartition {
  readonly records: readonly StoredRecord[];
}

export interface KafkaLog {
  listTopics(prefix: string): Promise<readonly string[]>;
  startOffsets(topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  /** Every record from the log's start to its present end, whatever became of its transaction. */
  read(topic: string): AsyncIterable<StoredRecords>;
  /** Topic -> Kafka's UUID, for those that exist. */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The folders, each on its broker's machine, in which the brokers keep these topics. */
  logFolders(topics: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const kafkaLog = ({ brokers, clientId }: Pick<KafkaBusOptions, 'brokers' | 'clientId'>): KafkaLog => {
  const admin = kafkaAdmin({ brokers, clientId, logger: silentLogger });
  return {
    listTopics: (prefix) => admin.listTopics(prefix),
    startOffsets: (topics) => admin.startOffsets(topics),
    async *read(topic) {
      const fetches = fetchTopic(admin, `${clientId}-log-${randomUUID()}`, topic, READ_UNCOMMITTED);
      for await (const { partition, position, batches } of fetches) {
        const records = batches.flatMap(storedIn).filter(({ offset }) => offset >= position);
        yield { topic, partition, records };
      }
    },
    topicIds: (topics) => admin.topicIds(topics),
    async logFolders(topics) {
      const about = await admin.metadata(topics);
      const asked = [...about].map(([name, { partitions }]) => ({
        name,
        partitions: partitions.map((_, index) => index),
      }));
      const brokers = await admin.client.describeLogDirs({ topics: asked });
      const folders = brokers.flatMap(({ results }) => results.map(({ logDir }) => logDir));
      return [...new Set(folders)];
    },
    close: () => admin.close(),
  };
};

const storedIn = ({ firstOffset, records }: RecordsBatch): StoredRecord[] =>
  records.map(({ offsetDelta, key, value, headers }) => ({
    offset: Number(firstOffset) + offsetDelta,
    key,
    value,
    headers,
  }));

/** first offset (8 bytes) and length of what follows (4). */
const BATCH_HEAD = 12;
/** The smallest batch: without any record. */
const SMALLEST_LENGTH = 49;
/** A broker takes batches of 1 MB by default; what claims to be larger than this is damage. */
const LARGEST_LENGTH = 256 * 1024 * 1024;
const MAGIC_AT = 16;
const MAGIC = 2;

/** Part of a segment file: records, or bytes that are no record batch (a cut-off end, an old format, damage). */
export type SegmentPart =
  | { readonly kind: 'records'; readonly records: readonly StoredRecord[] }
  | { readonly kind: 'bytes'; readonly at: number; readonly bytes: Buffer };

/** Of bytes that are no batch, so much comes twice where they are handed over in parts: nothing is cut in two. */
const OVERLAP = 4_096;
const LARGEST_PART = 16 * 1024 * 1024;

/**
 * Reads a segment file of a broker (`<topic>-<partition>/<offset>.log`, also one that is marked as deleted), batch by
 * batch. From where it cannot be read as batches, the rest of the file comes as bytes.
 */
export async function* readSegment(path: string): AsyncGenerator<SegmentPart> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytesAt = async (at: number, length: number): Promise<Buffer> => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, at);
      return bytes.subarray(0, bytesRead);
    };
    let at = 0;
    while (at < size) {
      const head = await bytesAt(at, Math.min(MAGIC_AT + 1, size - at));
      const length = head.length > MAGIC_AT && head[MAGIC_AT] === MAGIC ? head.readInt32BE(8) : 0;
      if (length < SMALLEST_LENGTH || length > LARGEST_LENGTH || at + BATCH_HEAD + length > size) break;
      const records = recordsOf(await bytesAt(at, BATCH_HEAD + length));
      if (records === null) break;
      yield { kind: 'records', records };
      at += BATCH_HEAD + length;
    }
    for (; at < size; at += LARGEST_PART - OVERLAP) {
      yield { kind: 'bytes', at, bytes: await bytesAt(at, Math.min(LARGEST_PART, size - at)) };
    }
  } finally {
    await file.close();
  }
}

/** Null when the bytes only look like a batch. */
function recordsOf(bytes: Buffer): readonly StoredRecord[] | null {
  try {
    return storedIn(readRecordsBatch(Reader.from(bytes)));
  } catch {
    return null;
  }
}
