/** When a subject request is accepted, in progress, completed. */
import type { HearOrderAnswered, HearOrderSent, Receive, RequestCommand } from './commands.ts';
import type { RequestEvent } from './events.ts';
import { evolve, isFinal } from './evolve.ts';
import type { HeardAnswer, HeardOrder, RequestState } from './state.ts';

/** What a command means, and the completion if nothing is missing any more. Whatever comes first may come first. */
export function decide(state: RequestState, command: RequestCommand, now: Date): readonly RequestEvent[] {
  const events = heard(state, command, now);
  return [...events, ...completed(events.reduce(evolve, state), now)];
}

function heard(state: RequestState, command: RequestCommand, now: Date): readonly RequestEvent[] {
  switch (command.type) {
    case 'Receive':
      return receive(state, command, now);
    case 'HearCaseOpened':
      return state.caseOpenedAt === null ? [{ event: 'CaseOpeningNoted', openedAt: command.openedAt }] : [];
    case 'HearOrderSent':
      return orderSent(state, command);
    case 'HearOrderAnswered':
      return orderAnswered(state, command);
    case 'HearCaseClosed': {
      if (state.closure !== null) return [];
      const orderIds = command.orders.map(({ orderId }) => orderId);
      // An outcome newer than this reader is not one of which it may say that everything is gone.
      const outcome = command.outcome === 'erased' ? 'erased' : 'erased_with_exceptions';
      const { exceptions, closedAt } = command;
      return [{ event: 'ClosureNoted', closure: { outcome, orderIds, exceptions, closedAt } }];
    }
  }
}

/** The first receipt counts; a second one says nothing, whatever it asks: the caller compares the digests. */
function receive(state: RequestState, command: Receive, now: Date): readonly RequestEvent[] {
  if (state.bodyDigest !== null) return [];
  const { requestId, bodyDigest, controller, requestType, requester, ground, scope, regulations } = command;
  const { identities, receivedAt, respondBy } = command;
  const asked = { controller, requestType, requester, ground, scope, regulations };
  return [
    { event: 'ReceiptNoted', requestId, bodyDigest, asked, receivedAt, respondBy },
    {
      event: 'SubjectRequestAccepted',
      requestId,
      sequence: state.sequence + 1,
      controller,
      type: requestType,
      requester,
      ground,
      scope,
      regulations,
      identities,
      receivedAt,
      acceptedAt: now,
      respondBy,
    },
  ];
}

function orderSent(state: RequestState, command: HearOrderSent): readonly RequestEvent[] {
  const { orderId, system, round, sentAt, answerBy } = command;
  if (orderOf(state, orderId)?.sentAt instanceof Date) return [];
  return [{ event: 'OrderNoted', order: { orderId, system, round, sentAt, answerBy } }];
}

function orderAnswered(state: RequestState, command: HearOrderAnswered): readonly RequestEvent[] {
  const { orderId, system, round } = command;
  const known = orderOf(state, orderId);
  const answer = answerIn(command);
  const heardBefore = isFinal(answer)
    ? known !== undefined && known.answer !== null
    : known?.failures.some(({ reason }) => reason === answer.reason) === true;
  return heardBefore ? [] : [{ event: 'AnswerNoted', order: { orderId, system, round }, answer }];
}

function answerIn(command: HearOrderAnswered): HeardAnswer {
  const { outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason } = command;
  const { contradiction, answeredAt } = command;
  const said = { outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason };
  return { ...said, contradiction, answeredAt };
}

/** Completed once: the request is here, its case is closed, and every answer that the closing names was heard. */
function completed(state: RequestState, now: Date): readonly RequestEvent[] {
  const { requestId, acceptedAt, closure, completedAt } = state;
  if (requestId === null || acceptedAt === null || closure === null || completedAt !== null) return [];
  if (!closure.orderIds.every((orderId) => orderOf(state, orderId)?.answer?.outcome !== undefined)) return [];
  return [
    {
      event: 'SubjectRequestCompleted',
      requestId,
      sequence: state.sequence + 1,
      outcome: closure.outcome,
      exceptions: closure.exceptions,
      completedAt: now,
    },
  ];
}

function orderOf(state: RequestState, orderId: string): HeardOrder | undefined {
  return state.orders.find((order) => order.orderId === orderId);
}
