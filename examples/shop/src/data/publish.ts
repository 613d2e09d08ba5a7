import { connectPublisher } from '@lethe/publisher';
import type { Bus } from '@lethe/bus';
import { userEvents } from './events.ts';
import type { ShopData } from './systems.ts';

/** Replays the year on `lethe.user-events`; `published` is told the number so far. Resolves with the number of events. */
export async function publishYear(
  bus: Bus,
  prefix: string,
  data: ShopData,
  published: (events: number) => void,
): Promise<number> {
  const publisher = await connectPublisher({ source: '/shop/upstream', bus, prefix });
  try {
    return await publisher.publishAll(userEvents(data), published);
  } finally {
    await publisher.close();
  }
}
