import type { CaseState, Order } from '@lethe/erasure-case';

/** A case as it is shown: what was asked of whom, what they said, what is still open. No identifier, no ref. */
export function caseView(id: string, state: CaseState) {
  return {
    id,
    requestId: state.requestId,
    state: state.state,
    outcome: state.outcome,
    exceptions: state.exceptions,
    catalogDigest: state.catalogDigest,
    openedAt: state.openedAt,
    cutOff: state.cutOff,
    closedAt: state.closedAt,
    respondBy: state.request?.respondBy ?? null,
    location: state.location === null ? null : locationView(state.location),
    orders: state.orders.map(orderView),
    outOfScope: state.outOfScope,
    answersWithoutOrder: state.strayAnswers.length + state.strayAnswersDropped,
    lateIncrements: state.lateIncrements,
    publishAgainAt: state.publishAgainAt,
  };
}

function locationView({ increment, complete, exclusions, footprints }: NonNullable<CaseState['location']>) {
  return { increment, complete, exclusions, footprints };
}

function orderView(order: Order) {
  const { orderId, system, round, state, cause, datasets, sentAt, eraseThrough, answerBy, attempt } = order;
  return {
    orderId,
    system,
    round,
    state,
    cause,
    datasets,
    identifiers: order.identifiers.length,
    sentAt,
    eraseThrough,
    answerBy,
    attempt,
    answer: order.answer,
    failures: order.failures,
    unheeded: order.unheeded,
  };
}
