/** Orders as erasure publishes them, and the team's side of Kafka as specs see it. */
import { randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import {
  cloudEventHeaders,
  decodeEvent,
  encodeEvent,
  type ErasureAnswered,
  type ErasureOrdered,
  topicName,
} from '@lethe/contracts';

export const SYSTEM = 'desk';

export function givenOrder(changes: Partial<ErasureOrdered> = {}): ErasureOrdered {
  const { requestId = randomUUID(), round = 1, system = SYSTEM } = changes;
  return {
    orderId: `${requestId}:${system}:${round}`,
    requestId,
    controller: 'corner',
    system,
    round,
    datasets: ['members'],
    identifiers: [{ type: 'email', value: 'ada@example.com' }],
    eraseThrough: new Date(Date.now() - 1_000),
    answerBy: new Date(Date.now() + 60_000),
    attempt: 1,
    legalReference: null,
    ...changes,
  };
}

export const orderRecord = (prefix: string, order: ErasureOrdered, traceparent?: string): OutgoingRecord => ({
  topic: topicName(prefix, 'lethe.erasure-orders.*', order.system),
  key: order.orderId,
  value: encodeEvent('ErasureOrdered', order),
  headers: cloudEventHeaders({
    id: randomUUID(),
    type: 'ErasureOrdered',
    source: '/lethe/erasure',
    time: new Date(),
    traceparent,
  }),
});

export interface Heard {
  readonly answer: ErasureAnswered;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every answer on the team's topic so far; of one order when it is given. */
export async function answersOn(
  bus: Bus,
  prefix: string,
  orderId?: string,
  system = SYSTEM,
): Promise<readonly Heard[]> {
  const found: Heard[] = [];
  for await (const { value, key, headers } of bus.readAll(topicName(prefix, 'lethe.answers.*', system))) {
    const { name, event } = decodeEvent(value ?? Buffer.alloc(0));
    if (name !== 'ErasureAnswered') throw new Error('something else than an answer');
    if (orderId === undefined || event.orderId === orderId) found.push({ answer: event, key, headers });
  }
  return found;
}
