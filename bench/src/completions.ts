/** Hears when requests are completed, as anybody outside would: on the topic. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '@lethe/bus';
import { decodeEvent, topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';

export interface Completions extends AsyncDisposable {
  /** How many requests were completed since it was opened, each counted once. */
  count(): number;
  /** Resolves when this one is, at once if it is already. @throws when it takes a minute */
  of(id: string): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** From now on; what was completed before is not heard. */
export async function completionsOf(bus: Bus, prefix: string, heard: (count: number) => void): Promise<Completions> {
  const topic = topicName(prefix, 'lethe.requests');
  const completed = new Set<string>();
  const waiting = new Map<string, () => void>();
  const consumer = await bus.subscribe({
    group: `${prefix}-completions-${randomUUID()}`,
    topics: [topic],
    concurrency: 6,
    assigned: ({ logEnd }) => Promise.resolve({ kind: 'start', at: logEnd }),
    handle: ({ records }) => {
      for (const { value } of records) {
        if (value === null) continue;
        const { name, event } = decodeEvent(value);
        if (name !== 'SubjectRequestCompleted') continue;
        completed.add(event.requestId);
        waiting.get(event.requestId)?.();
      }
      heard(completed.size);
      return Promise.resolve({ kind: 'done' });
    },
  });
  // Whoever is not assigned yet would begin behind what is completed meanwhile.
  await waitFor(() => consumer.status().assigned.length > 0, { what: 'the topic of requests to be read' });
  return {
    count: () => completed.size,
    of: async (id) => {
      if (completed.has(id)) return;
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      waiting.set(id, () => resolve(undefined));
      const late = setTimeout(
        () => reject(new Error(`a request was not completed in ${PATIENCE_MS / 1000} s`)),
        PATIENCE_MS,
      );
      await promise.finally(() => clearTimeout(late));
      waiting.delete(id);
    },
    [Symbol.asyncDispose]: () => consumer.stop(),
  };
}
