/** What came to a topic since one last looked: each round of ours leaves it, and the floor replays it. */
import type { Bus } from '@lethe/bus';
import { decodeEvent, type Named } from '@lethe/contracts';
import type { Message } from './raw/room.ts';

export interface Arrival extends Message {
  readonly event: Named;
}

export type Capture = () => Promise<readonly Arrival[]>;

export function captureOf(bus: Bus, topic: string): Capture {
  const next = new Map<number, number>();
  return async () => {
    const arrivals: Arrival[] = [];
    for await (const { partition, offset, key, value, headers } of bus.readAll(topic)) {
      if (offset < (next.get(partition) ?? 0)) continue;
      next.set(partition, offset + 1);
      if (value === null) throw new Error(`a record without a value on ${topic}`);
      arrivals.push({ key: key ?? '', value, headers, event: decodeEvent(value).name });
    }
    return arrivals;
  };
}
