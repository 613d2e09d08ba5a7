/** A relay's position, asked by its own client. kafkajs does not repeat the request while a coordinator is loading or moving. */
import type { Admin } from 'kafkajs';
import type { PartitionOffset } from './bus.ts';
import { decideRetry } from './retry.ts';

const policy = { firstDelayMs: 20, maxDelayMs: 1_000, maxAttempts: Infinity, maxElapsedMs: 20_000 };

/** Partitions without a position are left out. -1: none; -2: kafkajs itself commits it after a fetch out of range. */
export const groupOffsets = async (
  admin: Admin,
  group: string,
  topics: readonly string[],
): Promise<readonly PartitionOffset[]> => {
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const fetched = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      return fetched.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
          .filter(({ offset }) => offset >= 0),
      );
    } catch (error) {
      const passing = error instanceof Error && Reflect.get(error, 'retriable') === true;
      const next = decideRetry(policy, attempt, performance.now() - began, Math.random());
      if (!passing || next.kind === 'enough') throw error;
      await new Promise((resolve) => setTimeout(resolve, next.afterMs));
    }
  }
};
