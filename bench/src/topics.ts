/** The topics of a prefix, made before any service starts: making them is no part of what is measured. */
import type { Bus } from '@lethe/bus';
import { topicSpecs } from '@lethe/contracts';
import { systems } from './members.ts';

export async function letheTopics(bus: Bus, prefix: string): Promise<void> {
  await bus.createTopics(topicSpecs(prefix, systems));
}
