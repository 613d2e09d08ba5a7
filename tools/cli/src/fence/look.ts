/** What stands where: every fence and every relay of a deployment, judged by the rules that the services themselves use. */
import type { PartitionFacts } from '@lethe/bus';
import { topicName } from '@lethe/contracts';
import {
  type FenceDocument,
  fences,
  judgeFence,
  judgePosition,
  judgeRelay,
  outboxDepth,
  readRelay,
  type RelayDocument,
  type RelayJudgement,
} from '@lethe/service/operating';
import type { Place } from '../deployment/place.ts';

export interface PartitionView {
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  /** `position`: a path without a store, where the group's committed offset counts. */
  readonly kind: 'fence' | 'position';
  /** Where the service goes on; null on a path without a store that has not committed yet. */
  readonly next: number | null;
  readonly sameTopic: boolean;
  readonly logStart: number | null;
  readonly logEnd: number | null;
  readonly committed: number | null;
  /** `ok`, or the code of the halt. */
  readonly verdict: string;
  readonly message: string | null;
}

export interface RelayView {
  readonly service: string;
  readonly last: number;
  readonly cleared: number;
  /** Outbox documents of the batch in hand. */
  readonly pending: number;
  /** As Kafka tells it now; exact only while no relay is publishing. */
  readonly position: number | null;
  readonly verdict: RelayJudgement;
  readonly outboxEvents: number;
  readonly oldestSeconds: number;
}

export interface Partition {
  readonly view: PartitionView;
  readonly fence: FenceDocument;
  /** Null when the topic or the partition is not there. */
  readonly facts: PartitionFacts | null;
}

/** Group of a service's relay, and of the position that it commits. */
export const relayGroup = (prefix: string, service: string): string => `${prefix}-${service}-relay`;
export const positionsTopic = (prefix: string): string => topicName(prefix, 'lethe.relay-positions');

export const lookAtPartitions = async (place: Place, service: string): Promise<readonly Partition[]> => {
  const { bus, prefix } = place;
  const found = await fences(place.store(service).db).find().sort({ topic: 1, partition: 1 }).toArray();
  const mine = found.filter(({ _id }) => _id.startsWith(`${service}:`));
  const ids = await bus.topicIds([...new Set(mine.map(({ topic }) => topic))]);
  const topics = [...ids.keys()];
  const group = `${prefix}-${service}`;
  const [starts, ends, committed, beside] = await Promise.all([
    bus.startOffsets(topics),
    bus.endOffsets(topics),
    bus.committedOffsets(group, topics),
    // The fenced topics of a service that also has a path without a store have a group of their own.
    bus.committedOffsets(`${group}-fenced`, topics),
  ]);
  const at = (offsets: typeof starts, { topic, partition }: FenceDocument): number | null =>
    offsets.find((each) => each.topic === topic && each.partition === partition)?.offset ?? null;

  return mine.map((fence) => {
    const { topic, partition } = fence;
    const topicId = ids.get(topic);
    const [logStart, logEnd] = [at(starts, fence), at(ends, fence)];
    const position = at(committed, fence);
    const facts =
      topicId === undefined || logStart === null || logEnd === null
        ? null
        : { topic, partition, topicId, logStart, logEnd, committed: position };
    const judged = facts === null ? missing(fence) : judge(fence, facts);
    const view: PartitionView = {
      service,
      topic,
      partition,
      kind: fence.passing ? 'position' : 'fence',
      next: fence.passing ? (fence.startAt ?? position) : fence.next,
      sameTopic: topicId === fence.topicId,
      logStart,
      logEnd,
      committed: fence.passing ? position : (at(beside, fence) ?? position),
      verdict: judged.kind === 'start' ? 'ok' : judged.code,
      message: judged.kind === 'start' ? null : judged.message,
    };
    return { view, fence, facts };
  });
};

const judge = (fence: FenceDocument, facts: PartitionFacts) =>
  fence.passing
    ? judgePosition(facts, fence)
    : judgeFence(facts, { topicId: fence.topicId, next: fence.next ?? facts.logStart });

const missing = ({ topic, partition }: FenceDocument) =>
  ({ kind: 'halt', code: 'topic_missing', message: `${topic}/${partition}: there is no such partition` }) as const;

export const lookAtRelay = async (
  place: Place,
  service: string,
): Promise<{ readonly view: RelayView; readonly relay: RelayDocument } | null> => {
  const store = place.store(service);
  const relay = await readRelay(store, service);
  if (relay === null) return null;
  const topic = positionsTopic(place.prefix);
  const [committed] = (await place.bus.topicIds([topic])).has(topic)
    ? await place.bus.committedOffsets(relayGroup(place.prefix, service), [topic])
    : [];
  const position = committed?.offset ?? null;
  const { events, oldestMs } = await outboxDepth(store);
  const { last, cleared, ids } = relay;
  const view: RelayView = {
    service,
    last,
    cleared,
    pending: ids.length,
    position,
    verdict: judgeRelay(relay, position ?? 0),
    outboxEvents: events,
    oldestSeconds: Math.round(oldestMs / 1000),
  };
  return { view, relay };
};
