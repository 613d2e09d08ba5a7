/** When an open order is published again. */
import type { CaseEvent } from './events.ts';
import type { CaseState, Order } from './state.ts';

/**
 * An open order is a lease: orders are deleted from their topic after hours, because they name a person in clear, so
 * an open one is published again until it is answered. A team that was down for a month finds every open order.
 */
export interface Lease {
  /** How long after a publication the next one follows, in milliseconds: half of the topic's retention. */
  readonly publishAgainAfterMs: number;
}

/** One publication of an order, and when the next is due. */
export function published(state: CaseState, order: Order, lease: Lease, now: Date): readonly CaseEvent[] {
  const { requestId, request } = state;
  const { orderId, system, round, datasets, identifiers, eraseThrough, answerBy } = order;
  if (requestId === null || request === null || eraseThrough === null || answerBy === null) {
    throw new RangeError('an order that was not sent cannot be published');
  }
  return [
    {
      event: 'ErasureOrdered',
      orderId,
      requestId,
      controller: request.controller,
      system,
      round,
      datasets,
      identifiers,
      eraseThrough,
      answerBy,
      attempt: order.attempt + 1,
      legalReference: request.legalReference,
    },
    { event: 'OrderLeased', orderId, publishAgainAt: new Date(now.getTime() + lease.publishAgainAfterMs) },
  ];
}

/** Every open order whose time has come goes out again: the same order id and answer-by time, no second OrderSent. */
export function publishAgain(state: CaseState, lease: Lease, now: Date): readonly CaseEvent[] {
  return state.orders
    .filter(({ publishAgainAt }) => publishAgainAt !== null && publishAgainAt <= now)
    .flatMap((order) => published(state, order, lease, now));
}

/** When the case next has something to publish again, or null. */
export function earliestLease(orders: readonly Order[]): Date | null {
  return orders.reduce<Date | null>(
    (earliest, { publishAgainAt: at }) => (at !== null && (earliest === null || at < earliest) ? at : earliest),
    null,
  );
}
