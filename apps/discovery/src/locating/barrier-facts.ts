/** What the barriers need to hear, each with the topic that its offsets count in. */
import { RetryableError } from '@lethe/bus';
import type { ServiceHandle } from '@lethe/service';
import type { BarrierFact, LogEnd, Position, TopicIdentity } from '@lethe/subject-footprint';
import { ownPositions } from '../store/own-positions.ts';

type Service = Pick<ServiceHandle, 'bus' | 'prefix' | 'store' | 'topic'>;
type Ids = ReadonlyMap<string, string>;

export function barrierFacts(service: Service): Readonly<Record<BarrierFact['need'], () => Promise<BarrierFact>>> {
  const { bus, store } = service;
  const feeds = [service.topic('lethe.user-events')];
  const observations = [service.topic('lethe.observations')];

  return {
    feed_ends: async () => ({ need: 'feed_ends', ends: await logEnds(service, feeds) }),
    observation_ends: async () => ({ need: 'observation_ends', ends: await logEnds(service, observations) }),
    intake_positions: () =>
      inTheSameTopics(service, feeds, async (ids) => ({
        need: 'intake_positions',
        // Kafka forgets a group's offsets with their topic, so these are of the topic that is there.
        positions: (await bus.committedOffsets(`${service.prefix}-intake`, feeds)).map(
          ({ topic, partition, offset }): Position => ({ topic, topicId: idIn(ids, topic), partition, next: offset }),
        ),
        topics: identities(ids),
      })),
    discovery_positions: () =>
      inTheSameTopics(service, observations, async (ids) => ({
        need: 'discovery_positions',
        positions: await ownPositions(store, observations),
        topics: identities(ids),
      })),
  };
}

function logEnds(service: Service, topics: readonly string[]): Promise<readonly LogEnd[]> {
  return inTheSameTopics(service, topics, async (ids) => {
    const starts = new Map(
      (await service.bus.startOffsets(topics)).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]),
    );
    const ends = await service.bus.endOffsets(topics);
    return ends.map(({ topic, partition, offset }) => ({
      topic,
      topicId: idIn(ids, topic),
      partition,
      start: starts.get(`${topic}/${partition}`) ?? 0,
      end: offset,
    }));
  });
}

/** Reads between two looks at the topics' ids, so that what was read belongs to them. */
async function inTheSameTopics<T>(
  { bus }: Service,
  topics: readonly string[],
  read: (ids: Ids) => Promise<T>,
): Promise<T> {
  const before = await bus.topicIds(topics);
  const answer = await read(before);
  const after = await bus.topicIds(topics);
  if (topics.some((topic) => before.get(topic) !== after.get(topic))) {
    throw new RetryableError('topic_replaced', 'a topic was replaced while its offsets were read');
  }
  return answer;
}

function idIn(ids: Ids, topic: string): string {
  const id = ids.get(topic);
  if (id === undefined) throw new RetryableError('topic_missing', `${topic} is not there`);
  return id;
}

function identities(ids: Ids): readonly TopicIdentity[] {
  return [...ids].map(([topic, topicId]) => ({ topic, topicId }));
}
