/** Whether an answer ends its order: every answer of a team has one outcome. */
import type { RecordAnswer } from './commands.ts';
import type { CaseEvent } from './events.ts';
import { answerFault } from './hear-answer.ts';
import { parseOrderId } from './order-id.ts';
import {
  failuresKept,
  hasFootprint,
  strayAnswersKept,
  type Answer,
  type CaseState,
  type FinalOutcome,
  type Order,
  type StrayAnswer,
} from './state.ts';

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
      if (order.failures.some(({ reason }) => reason === answer.reason)) {
        return [{ event: 'FailureRepeated', orderId, reason: answer.reason }];
      }
      return order.failures.length < failuresKept
        ? [answered(state, order, answer)]
        : [{ event: 'AnswerUnheeded', orderId, why: 'too_many_failures' }];
    case 'unspecified':
    case 'not_ordered':
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
  const { outcome } = answer;
  return outcome !== 'failed' && outcome !== 'unspecified' && outcome !== 'not_ordered';
}
