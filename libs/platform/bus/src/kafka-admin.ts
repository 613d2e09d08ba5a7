/**
 * Questions about topics and groups, by @platformatic/kafka. kafkajs cannot read topic ids, knows only the stable ends,
 * does not wait for a topic that it created, and remembers every topic it was ever asked about: when one of them is
 * deleted, its admin answers nothing any more.
 */
import {
  Admin,
  type ClusterTopicMetadata,
  ConfigResourceTypes,
  FetchIsolationLevels,
  findErrorBy,
  ListOffsetTimestamps,
} from '@platformatic/kafka';
import type { PartitionFacts, PartitionOffset, TopicPartition, TopicSpec } from './bus.ts';
import { RetryableError } from './errors.ts';
import { type KafkaAddress, within } from './kafka-client.ts';
import { differences, type ExistingTopic } from './topic-check.ts';

const CLOSE_MS = 5_000;
const CREATED_WITHIN_MS = 30_000;
const POLL_MS = 50;
const RETRIES = 12;
const RETRY_DELAY_MS = 250;

export interface KafkaAdmin {
  createTopics(specs: readonly TopicSpec[]): Promise<void>;
  checkTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>;
  metadata(topics: readonly string[]): Promise<ReadonlyMap<string, ClusterTopicMetadata>>;
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>>;
  endOffsets(topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  startOffsets(topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  committedOffsets(group: string, topics: readonly string[]): Promise<readonly PartitionOffset[]>;
  listTopics(prefix: string): Promise<readonly string[]>;
  /** Facts about every partition of the topics, for a group. */
  facts(group: string, topics: readonly string[]): Promise<readonly PartitionFacts[]>;
  /** For who speaks the protocol himself. */
  readonly client: Admin;
  close(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export const kafkaAdmin = (address: KafkaAddress): KafkaAdmin => {
  const client = new Admin({
    clientId: address.clientId,
    bootstrapBrokers: [...address.brokers],
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    autocreateTopics: false,
  });

  const metadata = async (topics: readonly string[]): Promise<ReadonlyMap<string, ClusterTopicMetadata>> => {
    const all = new Set(await client.listTopics());
    const wanted = [...new Set(topics)].filter((topic) => all.has(topic));
    if (wanted.length === 0) return new Map();
    return (await client.metadata({ topics: wanted, forceUpdate: true })).topics;
  };

  const offsets = async (topics: readonly string[], timestamp: bigint): Promise<PartitionOffset[]> => {
    const known = await metadata(topics);
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length > 0) throw new Error(`no such topic: ${missing.join(', ')}`);
    if (known.size === 0) return [];
    const listed = await client.listOffsets({
      // What a new record would get, open transactions included.
      isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
      topics: [...known].map(([name, { partitionsCount }]) => ({
        name,
        partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
      })),
    });
    return listed.flatMap(({ name, partitions }) =>
      partitions
        .map(({ partitionIndex, offset }) => ({ topic: name, partition: partitionIndex, offset: Number(offset) }))
        .sort((a, b) => a.partition - b.partition),
    );
  };

  const committedOffsets = async (group: string, topics: readonly string[]): Promise<PartitionOffset[]> => {
    const known = await metadata(topics);
    if (known.size === 0) return [];
    const listed = await client.listConsumerGroupOffsets({
      // Positions that a transaction has not committed yet are waited for.
      requireStable: true,
      groups: [
        {
          groupId: group,
          topics: [...known].map(([name, { partitionsCount }]) => ({
            name,
            partitionIndexes: Array.from({ length: partitionsCount }, (_, partition) => partition),
          })),
        },
      ],
    });
    return listed
      .flatMap((one) => one.topics)
      .flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, committedOffset }) => ({
          topic: name,
          partition: partitionIndex,
          offset: Number(committedOffset),
        })),
      )
      .filter(({ offset }) => offset >= 0);
  };

  const existing = async (names: readonly string[]): Promise<ReadonlyMap<string, ExistingTopic>> => {
    const known = await metadata(names);
    if (known.size === 0) return new Map();
    const described = await client.describeConfigs({
      resources: [...known.keys()].map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName })),
    });
    return new Map(
      described.map(({ resourceName, configs }) => [
        resourceName,
        {
          partitions: known.get(resourceName)?.partitionsCount ?? 0,
          configs: new Map(configs.map(({ name, value }) => [name, value ?? ''])),
        },
      ]),
    );
  };

  const create = async ({ name, partitions, configs }: TopicSpec): Promise<void> => {
    try {
      await client.createTopics({
        topics: [name],
        partitions,
        configs: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
      });
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof Error) || findErrorBy(error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
    }
  };

  const led = (topic: ClusterTopicMetadata | undefined): boolean =>
    topic !== undefined && topic.partitions.every(({ leader }) => leader >= 0);

  return {
    client,
    metadata,
    async createTopics(specs) {
      const have = await metadata(specs.map(({ name }) => name));
      const missing = specs.filter(({ name }) => !have.has(name));
      if (missing.length === 0) return;
      await Promise.all(missing.map(create));
      // A producer that asks at once would be told that there is no such topic.
      const giveUpAt = Date.now() + CREATED_WITHIN_MS;
      for (;;) {
        const created = await metadata(missing.map(({ name }) => name));
        const late = missing.filter(({ name }) => !led(created.get(name)));
        if (late.length === 0) return;
        if (Date.now() > giveUpAt)
          throw new RetryableError(
            'topics_not_led',
            `Kafka took these topics and has no leader for them after ${CREATED_WITHIN_MS / 1000} s: ${late.map(({ name }) => name).join(', ')}`,
          );
        await pause(POLL_MS);
      }
    },
    checkTopics: async (specs) => differences(specs, await existing(specs.map(({ name }) => name))),
    topicIds: async (topics) => new Map([...(await metadata(topics))].map(([topic, { id }]) => [topic, id])),
    endOffsets: (topics) => offsets(topics, ListOffsetTimestamps.LATEST),
    startOffsets: (topics) => offsets(topics, ListOffsetTimestamps.EARLIEST),
    committedOffsets,
    listTopics: async (prefix) => (await client.listTopics()).filter((topic) => topic.startsWith(prefix)).sort(),
    async facts(group, topics) {
      const [known, committed] = await Promise.all([metadata(topics), committedOffsets(group, topics)]);
      // The end is asked for last: a position that was committed meanwhile is never beyond it.
      const [starts, ends] = await Promise.all([
        offsets(topics, ListOffsetTimestamps.EARLIEST),
        offsets(topics, ListOffsetTimestamps.LATEST),
      ]);
      const start = new Map(starts.map((at) => [placeOf(at), at.offset]));
      const position = new Map(committed.map((at) => [placeOf(at), at.offset]));
      return ends.map(({ topic, partition, offset }) => {
        const place = placeOf({ topic, partition });
        return {
          topic,
          partition,
          topicId: known.get(topic)?.id ?? '',
          logStart: start.get(place) ?? 0,
          logEnd: offset,
          committed: position.get(place) ?? null,
        };
      });
    },
    async close() {
      await within(CLOSE_MS, client.close());
    },
  };
};
