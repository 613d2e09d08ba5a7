import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Bus } from '@lethe/bus';
import { decodeEvent, topicName } from '@lethe/contracts';

export interface TopicCounts {
  /** Records on `lethe.user-events`. */
  readonly events: number;
  /** Of these, events without identities. */
  readonly unattributed: number;
  /** Dead letters, distinct by the place that they came from. */
  readonly rejected: number;
}

/** Which topics to count. */
export interface Topics {
  readonly brokers: readonly string[];
  readonly prefix: string;
}

/** The same as countTopics, in a thread of its own. */
export async function countBeside(topics: Topics): Promise<TopicCounts> {
  const worker = new Worker(new URL('./count-worker.ts', import.meta.url), { workerData: topics });
  const [counts] = (await once(worker, 'message')) as [TopicCounts]; // what count-worker.ts posts
  return counts;
}

/** Counts what really lies on the topics, from their start to their present end. */
export async function countTopics(bus: Bus, prefix: string): Promise<TopicCounts> {
  let events = 0;
  let unattributed = 0;
  for await (const { value } of bus.readAll(topicName(prefix, 'lethe.user-events'))) {
    events += 1;
    if (value !== null && isUnattributed(value)) unattributed += 1;
  }
  const places = new Set<string>();
  for (const topic of await bus.listTopics(`${prefix}.`)) {
    if (!topic.endsWith('.dead-letter')) continue;
    for await (const { headers } of bus.readAll(topic)) {
      places.add(
        `${headers['lethe-topic'] ?? ''}/${headers['lethe-partition'] ?? ''}/${headers['lethe-offset'] ?? ''}`,
      );
    }
  }
  return { events, unattributed, rejected: places.size };
}

function isUnattributed(value: Buffer): boolean {
  try {
    const { name, event } = decodeEvent(value);
    return name === 'UserEvent' && event.identities.length === 0;
  } catch {
    return false; // a dead letter, counted as such
  }
}
