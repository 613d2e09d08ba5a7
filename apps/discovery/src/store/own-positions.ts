import { fences } from '@lethe/service';
import type { Store } from '@lethe/store';
import type { Position } from '@lethe/subject-footprint';

/** How far discovery's own fences have come in these topics, each with the topic that it counts in. */
export async function ownPositions(store: Store, topics: readonly string[]): Promise<readonly Position[]> {
  const found = await fences(store.db)
    .find({ topic: { $in: [...topics] } })
    .toArray();
  return found.flatMap(({ topic, topicId, partition, next }) =>
    next === null ? [] : [{ topic, topicId, partition, next }],
  );
}
