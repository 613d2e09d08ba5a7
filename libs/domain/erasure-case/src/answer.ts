import type { EventOf } from '@lethe/contracts';
import type { RecordAnswer } from './commands.ts';
import type { CaseEvent } from './events.ts';
import { parseOrderId } from './order-id.ts';
import {
  hasFootprint,
  strayAnswersKept,
  type Answer,
  type CaseState,
  type FinalOutcome,
  type Order,
  type StrayAnswer,
} from './state.ts';

/** Why an answer concerns no case at all: its message is a dead letter. */
export type AnswerFault = 'order_id_malformed' | 'order_of_another_request' | 'order_of_another_system';

/** What is wrong with an answer from this system's topic, or null. The topic is the system's identity, not the payload. */
export function answerFault(
  answer: Pick<EventOf<'ErasureAnswered'>, 'orderId' | 'requestId'>,
  system: string,
): AnswerFault | null {
  const named = parseOrderId(answer.orderId);
  if (named === null) return 'order_id_malformed';
  if (named.caseId !== answer.requestId) return 'order_of_another_request';
  return named.system === system ? null : 'order_of_another_system';
}

/** Every answer has one outcome: it is a stray, it ends the round, it is a failure, or it changes a count and no more. */
export function recordAnswer(state: CaseState, command: RecordAnswer): readonly CaseEvent[] {
  const fault = answerFault(command, command.system);
  if (fault !== null) throw new RangeError(`an answer that the handler must refuse: ${fault}`);
  const answer = answerOf(command);
  const order = sentOrder(state, answer.orderId);
  return order === undefined
    ? [{ event: 'StrayAnswerNoted', requestId: command.requestId, answer }]
    : judged(state, order, answer);
}

/** The oldest stray answer whose order has opened meanwhile, taken in its turn. */
export function takeStray(state: CaseState): readonly CaseEvent[] {
  for (const stray of state.strayAnswers) {
    const order = sentOrder(state, stray.orderId);
    if (order === undefined) continue;
    return [{ event: 'StrayAnswerTaken', orderId: stray.orderId }, ...judged(state, order, stray)];
  }
  return [];
}

/** True if a further stray answer is only counted. */
export function straysFull(state: CaseState): boolean {
  return state.strayAnswers.length >= strayAnswersKept;
}

function judged(state: CaseState, order: Order, answer: StrayAnswer): readonly CaseEvent[] {
  const { orderId } = order;
  if (order.answer !== null) return [{ event: 'AnswerUnheeded', orderId, why: 'repeated' }];
  switch (answer.outcome) {
    case 'failed':
      return order.failures.some(({ reason }) => reason === answer.reason)
        ? [{ event: 'FailureRepeated', orderId, reason: answer.reason }]
        : [answered(state, order, answer)];
    case 'unspecified':
      return [{ event: 'AnswerUnheeded', orderId, why: 'not_understood' }];
    case 'erased':
    case 'not_found':
    case 'retained':
    case 'notified':
    case 'not_notified':
      if (answer.outcome === 'not_notified' && answer.reason === null) {
        return [{ event: 'AnswerUnheeded', orderId, why: 'reason_missing' }];
      }
      if (order.eraseThrough !== null && answer.erasedThrough < order.eraseThrough) {
        return [{ event: 'AnswerUnheeded', orderId, why: 'too_early' }];
      }
      return [answered(state, order, answer)];
  }
}

function answered(state: CaseState, order: Order, { orderId, ...answer }: StrayAnswer): CaseEvent {
  const requestId = state.requestId ?? parseOrderId(orderId)?.caseId ?? '';
  return {
    event: 'OrderAnswered',
    caseId: requestId,
    requestId,
    sequence: state.sequence + 1,
    orderId,
    system: order.system,
    round: order.round,
    ...answer,
    contradiction: answer.outcome === 'not_found' && hasFootprint(state, order),
  };
}

function sentOrder(state: CaseState, orderId: string): Order | undefined {
  return state.orders.find((order) => order.orderId === orderId && order.state !== 'planned');
}

/** The fields of an answer and no others: what a record keeps must not depend on what came along. */
function answerOf(command: RecordAnswer): StrayAnswer {
  const { orderId, outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason } = command;
  const said = { outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason };
  return { orderId, ...said, erasedThrough: command.erasedThrough, answeredAt: command.answeredAt };
}

export function isFinal(answer: Answer): answer is Answer & { readonly outcome: FinalOutcome } {
  return answer.outcome !== 'failed' && answer.outcome !== 'unspecified';
}
