/** What is sent on `lethe.answers.<system>`. */
import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, type ErasureAnswered, type ErasureOrdered, topicName } from '@lethe/contracts';
import type { FinalAnswer } from './ledger.ts';
import { childOf } from './trace-context.ts';

export const finalAnswer = ({ orderId, requestId }: ErasureOrdered, answer: FinalAnswer): ErasureAnswered => ({
  ...answer,
  orderId,
  requestId,
});

/** Not final and never in the ledger: Lethe keeps the order open and sends it again. */
export const failedAnswer = (
  { orderId, requestId, eraseThrough }: ErasureOrdered,
  reason: string,
): ErasureAnswered => ({
  orderId,
  requestId,
  outcome: 'failed',
  count: null,
  method: null,
  until: null,
  fieldsKept: [],
  legalBasis: null,
  subProcessorsTold: [],
  reason,
  erasedThrough: eraseThrough,
  answeredAt: new Date(),
});

/** @param traceparent of the order that is answered: the answer is its child */
export const answerRecord = (
  prefix: string,
  system: string,
  answer: ErasureAnswered,
  traceparent: string | undefined,
): OutgoingRecord => ({
  topic: topicName(prefix, 'lethe.answers.*', system),
  key: answer.requestId,
  value: encodeEvent('ErasureAnswered', answer),
  headers: cloudEventHeaders({
    id: randomUUID(),
    type: 'ErasureAnswered',
    source: sourceOf(system),
    time: new Date(),
    traceparent: childOf(traceparent),
  }),
});

export const sourceOf = (system: string): string => `/team/${system}`;
