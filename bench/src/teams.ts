/** Three teams that have nothing to do: they answer each order at once. */
import { randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, decodeEvent, encodeEvent, type ErasureOrdered, topicName } from '@lethe/contracts';
import { systems } from './members.ts';

export interface Teams extends AsyncDisposable {
  /** How many orders were answered. */
  answered(): number;
}

export async function openTeams(bus: Bus, prefix: string): Promise<Teams> {
  const producer = await bus.producer('teams');
  let answered = 0;
  const consumers = await Promise.all(
    systems.map((system) =>
      bus.subscribe({
        group: `${prefix}-team-${system}`,
        topics: [topicName(prefix, 'lethe.erasure-orders.*', system)],
        assigned: ({ committed, logStart }) =>
          Promise.resolve({ kind: 'start', at: Math.max(committed ?? 0, logStart) }),
        handle: async ({ records }) => {
          const answers = records.flatMap(({ value }) => {
            const decoded = value === null ? null : decodeEvent(value);
            return decoded?.name === 'ErasureOrdered' ? [answerTo(prefix, system, decoded.event)] : [];
          });
          await producer.send(answers);
          answered += answers.length;
          return { kind: 'done' };
        },
      }),
    ),
  );
  return {
    answered: () => answered,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await producer.close();
    },
  };
}

function answerTo(prefix: string, system: string, { orderId, requestId }: ErasureOrdered): OutgoingRecord {
  const now = new Date();
  return {
    topic: topicName(prefix, 'lethe.answers.*', system),
    key: requestId,
    value: encodeEvent('ErasureAnswered', {
      orderId,
      requestId,
      outcome: 'erased',
      count: 1,
      method: 'deleted',
      until: null,
      fieldsKept: [],
      legalBasis: null,
      subProcessorsTold: [],
      reason: null,
      erasedThrough: now,
      answeredAt: now,
    }),
    headers: cloudEventHeaders({ id: randomUUID(), type: 'ErasureAnswered', source: `/${system}`, time: now }),
  };
}
