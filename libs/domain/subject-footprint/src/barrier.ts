/** A partition as the broker has it: `start` is its first offset that is still there, `end` the next to be written. */
export interface LogEnd {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** Kafka's id of a topic: offsets mean something only in the topic that they were counted in. */
export interface TopicIdentity {
  readonly topic: string;
  readonly topicId: string;
}

/** How far a reader has come in a partition: the next offset that it will read, and in which topic of that name. */
export interface Position {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly next: number;
}

/**
 * Locating is a barrier, not a query: what was published before the request must have been read before anyone says
 * "that is all". Each phase names what it waits for.
 *
 * Why it is exact: what lies below W (the end of the observations, read after the refs were registered) is committed
 * and visible to the walk that follows; what lies at or above W was read after the registration and sees it.
 *
 * V and W name the topics that they count in. When one of these was replaced, its offsets will never come: the barrier
 * begins again. And while a reader still stands in a replaced one (an operator has not adopted the new one yet), it
 * waits: what that reader had begun may not be committed.
 */
export type Barrier =
  /** The refs are registered; V = the ends of all feed partitions, is to be read now. */
  | { readonly phase: 'reading_feed_ends' }
  /** Until intake's committed offsets have reached V. */
  | { readonly phase: 'waiting_for_intake'; readonly until: readonly Position[] }
  /** W = the ends of the observations, is to be read now. */
  | { readonly phase: 'reading_observation_ends' }
  /** Until discovery's own fences have reached W. */
  | { readonly phase: 'waiting_for_discovery'; readonly until: readonly Position[] }
  /** The subject is to be walked again: it has grown, or that was all. */
  | { readonly phase: 'walking' }
  | { readonly phase: 'complete' }
  /** The barrier stood, but the subject is larger than may be told: nobody can say that this is all. */
  | { readonly phase: 'capped' };

/** What a phase needs to hear to go on. `feed_ends` and `observation_ends` are answered by LogEnds, the others by Positions. */
export type BarrierNeed =
  'feed_ends' | 'intake_positions' | 'observation_ends' | 'discovery_positions' | 'walk' | 'nothing';

export type BarrierFact =
  | { readonly need: 'feed_ends' | 'observation_ends'; readonly ends: readonly LogEnd[] }
  | {
      readonly need: 'intake_positions' | 'discovery_positions';
      readonly positions: readonly Position[];
      /** The topics that have these names now. */
      readonly topics: readonly TopicIdentity[];
    };

export function needOf(barrier: Barrier): BarrierNeed {
  switch (barrier.phase) {
    case 'reading_feed_ends':
      return 'feed_ends';
    case 'waiting_for_intake':
      return 'intake_positions';
    case 'reading_observation_ends':
      return 'observation_ends';
    case 'waiting_for_discovery':
      return 'discovery_positions';
    case 'walking':
      return 'walk';
    case 'complete':
    case 'capped':
      return 'nothing';
  }
}

/** The barrier after a fact; the same one if the fact is not what it needs, or is not enough. */
export function hear(barrier: Barrier, fact: BarrierFact): Barrier {
  if (needOf(barrier) !== fact.need) return barrier;
  switch (fact.need) {
    case 'feed_ends':
      return { phase: 'waiting_for_intake', until: toRead(fact.ends) };
    case 'observation_ends':
      return { phase: 'waiting_for_discovery', until: toRead(fact.ends) };
    case 'intake_positions':
    case 'discovery_positions':
      return hearPositions(barrier, fact.positions, fact.topics);
  }
}

function hearPositions(barrier: Barrier, positions: readonly Position[], topics: readonly TopicIdentity[]): Barrier {
  if (barrier.phase !== 'waiting_for_intake' && barrier.phase !== 'waiting_for_discovery') return barrier;
  const replaced = ({ topic, topicId }: TopicIdentity): boolean =>
    topics.some((now) => now.topic === topic && now.topicId !== topicId);
  if (barrier.until.some(replaced)) return { phase: 'reading_feed_ends' };
  if (positions.some(replaced)) return barrier;
  const left = barrier.until.filter((place) => !reached(place, positions));
  // What is reached stays reached, so the state shrinks only when there is something to say.
  if (left.length === barrier.until.length && left.length > 0) return barrier;
  if (left.length > 0) return { ...barrier, until: left };
  return barrier.phase === 'waiting_for_intake' ? { phase: 'reading_observation_ends' } : { phase: 'walking' };
}

/** A partition that holds nothing has nothing to wait for: its reader, having read nothing, may have no position. */
function toRead(ends: readonly LogEnd[]): readonly Position[] {
  return ends
    .filter(({ start, end }) => end > start)
    .map(({ topic, topicId, partition, end }) => ({ topic, topicId, partition, next: end }));
}

/** A partition without a position was not begun. */
function reached({ topic, topicId, partition, next }: Position, positions: readonly Position[]): boolean {
  return positions.some(
    (at) => at.topic === topic && at.topicId === topicId && at.partition === partition && at.next >= next,
  );
}
