/** The smallest team: one system that answers each order once, and remembers what it was ordered. */
import { randomUUID } from 'node:crypto';
import type { Bus, Consumer } from '@lethe/bus';
import {
  cloudEventHeaders,
  decodeEvent,
  encodeEvent,
  type ErasureAnswered,
  type ErasureOrdered,
  topicName,
} from '@lethe/contracts';

export interface Desk extends AsyncDisposable {
  readonly orders: readonly ErasureOrdered[];
}

export type AnswerOrder = (order: ErasureOrdered) => Partial<ErasureAnswered> | null;

/** @param answer what to say; null to stay silent */
export async function openDesk(bus: Bus, prefix: string, answer: AnswerOrder, system = 'desk'): Promise<Desk> {
  const orders: ErasureOrdered[] = [];
  const producer = await bus.producer(`${system}-team`);
  const consumer: Consumer = await bus.subscribe({
    group: `${prefix}-${system}-team`,
    topics: [topicName(prefix, 'lethe.erasure-orders.*', system)],
    assigned: ({ committed, logStart }) => Promise.resolve({ kind: 'start', at: Math.max(committed ?? 0, logStart) }),
    handle: async ({ records }) => {
      for (const { value, headers } of records) {
        if (value === null) continue;
        const { name, event } = decodeEvent(value);
        if (name !== 'ErasureOrdered') continue;
        orders.push(event);
        const said = answer(event);
        if (said !== null) await producer.send([answerRecord(prefix, system, event, said, headers['traceparent'])]);
      }
      return { kind: 'done' };
    },
  });
  return {
    orders,
    [Symbol.asyncDispose]: async () => {
      await consumer.stop();
      await producer.close();
    },
  };
}

/** An answer as a team sends it. */
export function answerRecord(
  prefix: string,
  system: string,
  order: Pick<ErasureOrdered, 'orderId' | 'requestId'>,
  said: Partial<ErasureAnswered>,
  traceparent?: string,
) {
  const now = new Date();
  const event: ErasureAnswered = {
    orderId: order.orderId,
    requestId: order.requestId,
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
    ...said,
  };
  return {
    topic: topicName(prefix, 'lethe.answers.*', system),
    key: order.requestId,
    value: encodeEvent('ErasureAnswered', event),
    headers: cloudEventHeaders({
      id: randomUUID(),
      type: 'ErasureAnswered',
      source: `/${system}`,
      time: now,
      traceparent,
    }),
  };
}
