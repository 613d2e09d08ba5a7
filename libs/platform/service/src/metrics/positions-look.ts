/** How far the service is behind its topics, by its own positions: Kafka's group offsets are right on the path without a store alone. */
import type { Bus, PartitionOffset, TopicPartition } from '@lethe/bus';
import type { Store } from '@lethe/store';
import { fences } from '../offset-fence.ts';
import type { Silence } from '../silence.ts';
import { looking, type LookingTask } from './looking.ts';
import type { Metrics, Series } from './metrics.ts';
import { consumerLag, fencePosition } from './platform-metrics.ts';

export interface PositionsPlace {
  readonly store: Store;
  readonly bus: Bus;
  readonly metrics: Metrics;
  /** The service's own name, under which the committed offsets of the path without a store stand. */
  readonly group: string;
}

type Named = Series<'topic' | 'partition'>;

export function positionsLook(
  place: PositionsPlace,
  topics: readonly string[],
  kafka: Pick<Silence, 'answered' | 'failed'>,
): LookingTask {
  const { store, bus, metrics, group } = place;
  return looking(place, 'positions', [consumerLag, fencePosition], async () => {
    const ends = await answered(kafka, bus.endOffsets(topics));
    const found = await fences(store.db)
      .find({ topic: { $in: [...topics] } })
      .toArray();
    const passing = [...new Set(found.flatMap(({ topic, passing }) => (passing ? [topic] : [])))];
    const committed = passing.length === 0 ? [] : await bus.committedOffsets(group, passing);
    const standing: readonly PartitionOffset[] = [
      ...found.flatMap(({ topic, partition, next, passing }) =>
        passing || next === null ? [] : [{ topic, partition, offset: next }],
      ),
      ...committed,
    ];
    metrics.replace(
      fencePosition,
      standing.map((each) => seriesOf(each, each.offset)),
    );
    const positions = new Map(standing.map((each) => [nameOf(each), each.offset]));
    const lags = ends.map((end) => seriesOf(end, Math.max(0, end.offset - (positions.get(nameOf(end)) ?? 0))));
    metrics.replace(consumerLag, lags);
  });
}

async function answered<T>(kafka: Pick<Silence, 'answered' | 'failed'>, question: Promise<T>): Promise<T> {
  try {
    const answer = await question;
    kafka.answered();
    return answer;
  } catch (error) {
    kafka.failed();
    throw error;
  }
}

function seriesOf({ topic, partition }: TopicPartition, value: number): Named {
  return { labels: { topic, partition: String(partition) }, value };
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
