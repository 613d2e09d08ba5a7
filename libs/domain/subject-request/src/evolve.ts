/** What a subject request knows after an event. It decides nothing. */
import type { RequestEvent } from './events.ts';
import { failuresKept, type HeardAnswer, type HeardOrder, type RequestState } from './state.ts';

/** What the request knows after an event. */
export function evolve(state: RequestState, event: RequestEvent): RequestState {
  const next = applied(state, event);
  return { ...next, state: stateOf(next) };
}

/** A failure leaves its order open; whatever else erasure published as an answer ended its round. */
export function isFinal({ outcome }: Pick<HeardAnswer, 'outcome'>): boolean {
  return outcome !== 'failed';
}

function stateOf(state: RequestState): RequestState['state'] {
  if (state.completedAt !== null) return 'completed';
  if (state.acceptedAt === null) return 'unheard';
  const begun = state.caseOpenedAt !== null || state.orders.length > 0 || state.closure !== null;
  return begun ? 'in_progress' : 'accepted';
}

function applied(state: RequestState, event: RequestEvent): RequestState {
  switch (event.event) {
    case 'ReceiptNoted': {
      const { requestId, bodyDigest, asked, receivedAt, respondBy } = event;
      return { ...state, requestId, bodyDigest, asked, receivedAt, respondBy };
    }
    case 'SubjectRequestAccepted':
      return { ...state, sequence: event.sequence, acceptedAt: event.acceptedAt };
    case 'CaseOpeningNoted':
      return { ...state, caseOpenedAt: event.openedAt };
    case 'OrderNoted':
      return { ...state, orders: noted(state.orders, { ...unheard, ...event.order }, () => event.order) };
    case 'AnswerNoted': {
      const heard = (order: HeardOrder): Partial<HeardOrder> =>
        isFinal(event.answer) ? { answer: event.answer } : failed(order, event.answer);
      const first = { ...unheard, ...event.order };
      return { ...state, orders: noted(state.orders, { ...first, ...heard(first) }, heard) };
    }
    case 'ClosureNoted':
      return { ...state, closure: event.closure };
    case 'SubjectRequestCompleted': {
      const { sequence, outcome, exceptions, completedAt } = event;
      return { ...state, sequence, exceptions, completedAt, outcome: outcome === 'unspecified' ? null : outcome };
    }
  }
}

const unheard = { sentAt: null, answerBy: null, answer: null, failures: [], failuresDropped: 0 } as const;

function failed({ failures, failuresDropped }: HeardOrder, answer: HeardAnswer): Partial<HeardOrder> {
  if (failures.length >= failuresKept) return { failuresDropped: failuresDropped + 1 };
  const { outcome, count, method, reason, answeredAt } = answer;
  return { failures: [...failures, { outcome, count, method, reason, answeredAt }] };
}

/** The orders with one of them changed, or added; by id, so that the order of hearing leaves no trace. */
function noted(
  orders: readonly HeardOrder[],
  first: HeardOrder,
  change: (order: HeardOrder) => Partial<HeardOrder>,
): readonly HeardOrder[] {
  const others = orders.filter(({ orderId }) => orderId !== first.orderId);
  const known = orders.find(({ orderId }) => orderId === first.orderId);
  const next = known === undefined ? first : { ...known, ...change(known) };
  return [...others, next].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
}
