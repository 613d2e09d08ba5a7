/** What a case knows after an event. It decides nothing. */
import { isFinal, straysFull } from './answer.ts';
import type { CaseEvent, PlannedOrder } from './events.ts';
import { earliestLease } from './lease.ts';
import { hasFootprint, type Answer, type CaseState, type Failure, type Order } from './state.ts';

/** What the case knows after an event. */
export function evolve(state: CaseState, event: CaseEvent): CaseState {
  const next = applied(state, event);
  return { ...next, state: stateOf(next), publishAgainAt: earliestLease(next.orders) };
}

function stateOf({ closedAt, request, location, openedAt }: CaseState): CaseState['state'] {
  if (closedAt !== null) return 'closed';
  if (request !== null && location !== null) return 'erasing';
  return openedAt === null ? 'unheard' : 'locating';
}

function applied(state: CaseState, event: CaseEvent): CaseState {
  switch (event.event) {
    case 'CaseOpened': {
      const { requestId, sequence, openedAt, catalogDigest } = event;
      return { ...state, requestId, sequence, openedAt, catalogDigest };
    }
    case 'RequestNoted':
      return { ...state, request: event.request };
    case 'LocationNoted':
      return contradicted({ ...state, location: event.location });
    case 'LateIncrementNoted':
      return { ...state, lateIncrements: state.lateIncrements + 1 };
    case 'OrderPlanned':
      return { ...state, orders: [...state.orders, planned(event.order)] };
    case 'OrderOutOfScope': {
      const system = state.orders.find(({ orderId }) => orderId === event.orderId)?.system;
      const outOfScope = system === undefined ? state.outOfScope : [...new Set([...state.outOfScope, system])].sort();
      return { ...state, outOfScope, orders: state.orders.filter(({ orderId }) => orderId !== event.orderId) };
    }
    case 'OrderSent': {
      const { sequence, orderId, datasets, eraseThrough, answerBy, sentAt } = event;
      const sent = { state: 'open' as const, datasets, eraseThrough, answerBy, sentAt };
      return { ...changed(state, orderId, (order) => ({ ...order, ...sent })), sequence, cutOff: eraseThrough };
    }
    case 'ErasureOrdered':
      return changed(state, event.orderId, (order) => ({ ...order, attempt: event.attempt }));
    case 'OrderLeased':
      return changed(state, event.orderId, (order) => ({ ...order, publishAgainAt: event.publishAgainAt }));
    case 'OrderAnswered':
      return { ...changed(state, event.orderId, (order) => answered(order, event)), sequence: event.sequence };
    case 'FailureRepeated':
      return changed(state, event.orderId, (order) => ({ ...order, failures: repeated(order.failures, event.reason) }));
    case 'AnswerUnheeded':
      return changed(state, event.orderId, (order) => ({
        ...order,
        unheeded: { ...order.unheeded, [event.why]: order.unheeded[event.why] + 1 },
      }));
    case 'StrayAnswerNoted':
      return straysFull(state)
        ? { ...state, strayAnswersDropped: state.strayAnswersDropped + 1 }
        : { ...state, requestId: event.requestId, strayAnswers: [...state.strayAnswers, event.answer] };
    case 'StrayAnswerTaken': {
      const taken = state.strayAnswers.findIndex(({ orderId }) => orderId === event.orderId);
      return { ...state, strayAnswers: state.strayAnswers.filter((_, index) => index !== taken) };
    }
    case 'CaseClosed': {
      const { sequence, outcome, exceptions, closedAt } = event;
      // Nothing is published any more, so the case has no use for a name of its subject.
      const orders = state.orders.map((order) => ({ ...order, identifiers: [] }));
      const ended = { exceptions, outcome: outcome === 'unspecified' ? null : outcome, closedAt };
      return { ...state, sequence, orders, ...ended };
    }
  }
}

function planned(order: PlannedOrder): Order {
  const notSent = { eraseThrough: null, answerBy: null, sentAt: null, attempt: 0, publishAgainAt: null };
  const unheeded = { repeated: 0, too_early: 0, reason_missing: 0, not_understood: 0, too_many_failures: 0 };
  return { ...order, state: 'planned', ...notSent, answer: null, failures: [], unheeded };
}

function changed(state: CaseState, orderId: string, change: (order: Order) => Order): CaseState {
  return { ...state, orders: state.orders.map((order) => (order.orderId === orderId ? change(order) : order)) };
}

type Answered = Extract<CaseEvent, { readonly event: 'OrderAnswered' }>;

function answered(order: Order, event: Answered): Order {
  const answer = answerIn(event);
  if (!isFinal(answer)) {
    const failure = { reason: answer.reason, times: 1, firstAt: answer.answeredAt };
    return { ...order, failures: [...order.failures, failure] };
  }
  const final = { ...answer, contradiction: event.contradiction };
  return { ...order, state: 'answered', publishAgainAt: null, answer: final };
}

function answerIn(event: Answered): Answer {
  const { outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason } = event;
  const { erasedThrough, answeredAt } = event;
  const said = { outcome, count, method, until, fieldsKept, legalBasis, subProcessorsTold, reason };
  return { ...said, erasedThrough, answeredAt };
}

function repeated(failures: readonly Failure[], reason: string | null): readonly Failure[] {
  return failures.map((failure) => (failure.reason === reason ? { ...failure, times: failure.times + 1 } : failure));
}

/** A footprint that turns up after a `not_found` contradicts it as one that was there before. */
function contradicted(state: CaseState): CaseState {
  const orders = state.orders.map((order) =>
    order.answer?.outcome === 'not_found' && hasFootprint(state, order)
      ? { ...order, answer: { ...order.answer, contradiction: true } }
      : order,
  );
  return { ...state, orders };
}
