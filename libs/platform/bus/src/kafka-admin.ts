/** Questions about topics and groups. kafkajs cannot read topic ids and knows only the stable ends: @platformatic/kafka can. */
import { Admin as IdAdmin, type ClusterTopicMetadata } from '@platformatic/kafka';
import kafkajs, { type Admin } from 'kafkajs';
import type { PartitionFacts, PartitionOffset, TopicPartition, TopicSpec } from './bus.ts';
import { groupOffsets } from './group-offsets.ts';
import { type KafkaAddress, type KafkaClient, kafkaClient, within } from './kafka-client.ts';
import { differences, type ExistingTopic } from './topic-check.ts';

const CLOSE_MS = 5_000;
const CREATED_WITHIN_MS = 15_000;
const POLL_MS = 50;
const RETRIES = 12;
const RETRY_DELAY_MS = 250;
const LATEST = -1n;
const EARLIEST = -2n;
/** Ends as of now, open transactions included: what a new record would get. */
const READ_UNCOMMITTED = 0;

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
  readonly ids: IdAdmin;
  close(): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export const kafkaAdmin = (address: KafkaAddress): KafkaAdmin => {
  const ids = new IdAdmin({
    clientId: address.clientId,
    bootstrapBrokers: [...address.brokers],
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
  });
  let opened: Promise<{ client: KafkaClient; admin: Admin }> | null = null;

  /** Connects when first asked: a bus that is only made does not need a broker. */
  const admin = async (): Promise<Admin> => {
    opened ??= (async () => {
      const client = kafkaClient(address);
      const made = client.kafka.admin();
      try {
        await made.connect();
      } catch (error) {
        client.destroy();
        opened = null;
        throw error;
      }
      return { client, admin: made };
    })();
    return (await opened).admin;
  };

  const metadata = async (topics: readonly string[]): Promise<ReadonlyMap<string, ClusterTopicMetadata>> => {
    const all = new Set(await ids.listTopics({ includeInternals: true }));
    const wanted = [...new Set(topics)].filter((topic) => all.has(topic));
    if (wanted.length === 0) return new Map();
    return (await ids.metadata({ topics: wanted, forceUpdate: true })).topics;
  };

  const offsets = async (topics: readonly string[], timestamp: bigint): Promise<PartitionOffset[]> => {
    const known = await metadata(topics);
    const missing = topics.filter((topic) => !known.has(topic));
    if (missing.length > 0) throw new Error(`no such topic: ${missing.join(', ')}`);
    if (known.size === 0) return [];
    const listed = await ids.listOffsets({
      isolationLevel: READ_UNCOMMITTED,
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

  const committedOffsets = async (group: string, topics: readonly string[]): Promise<readonly PartitionOffset[]> =>
    topics.length === 0 ? [] : groupOffsets(await admin(), group, topics);

  const existing = async (names: readonly string[]): Promise<ReadonlyMap<string, ExistingTopic>> => {
    const known = await metadata(names);
    if (known.size === 0) return new Map();
    const described = await (
      await admin()
    ).describeConfigs({
      includeSynonyms: false,
      resources: [...known.keys()].map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    });
    return new Map(
      described.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        {
          partitions: known.get(resourceName)?.partitionsCount ?? 0,
          configs: new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
        },
      ]),
    );
  };

  const led = (topic: ClusterTopicMetadata | undefined): boolean =>
    topic !== undefined && topic.partitions.every(({ leader }) => leader >= 0);

  return {
    ids,
    metadata,
    async createTopics(specs) {
      const have = await metadata(specs.map(({ name }) => name));
      const missing = specs.filter(({ name }) => !have.has(name));
      if (missing.length === 0) return;
      await (
        await admin()
      ).createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, configs }) => ({
          topic: name,
          numPartitions: partitions,
          configEntries: Object.entries(configs).map(([config, value]) => ({ name: config, value })),
        })),
      });
      // A producer that asks at once would be told that there is no such topic.
      const giveUpAt = Date.now() + CREATED_WITHIN_MS;
      for (;;) {
        const created = await metadata(missing.map(({ name }) => name));
        const late = missing.filter(({ name }) => !led(created.get(name)));
        if (late.length === 0) return;
        if (Date.now() > giveUpAt)
          throw new Error(`topics without a leader: ${late.map(({ name }) => name).join(', ')}`);
        await pause(POLL_MS);
      }
    },
    checkTopics: async (specs) => differences(specs, await existing(specs.map(({ name }) => name))),
    topicIds: async (topics) => new Map([...(await metadata(topics))].map(([topic, { id }]) => [topic, id])),
    endOffsets: (topics) => offsets(topics, LATEST),
    startOffsets: (topics) => offsets(topics, EARLIEST),
    committedOffsets,
    listTopics: async (prefix) => (await ids.listTopics()).filter((topic) => topic.startsWith(prefix)).sort(),
    async facts(group, topics) {
      const [known, committed] = await Promise.all([metadata(topics), committedOffsets(group, topics)]);
      // The end is asked for last: a position that was committed meanwhile is never beyond it.
      const [starts, ends] = await Promise.all([offsets(topics, EARLIEST), offsets(topics, LATEST)]);
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
      await within(CLOSE_MS, ids.close());
      const last = opened;
      opened = null;
      if (last === null) return;
      try {
        const { client, admin: made } = await last;
        await within(CLOSE_MS, made.disconnect());
        client.destroy();
      } catch {
        // It never connected: there is nothing to close.
      }
    },
  };
};
