/** When a system gets an order, and when another round of it. */
import type { CaseEvent, PlannedOrder } from './events.ts';
import { published, type Lease } from './lease.ts';
import { orderIdOf } from './order-id.ts';
import type { Plan } from './plan.ts';
import { inScope } from './scope.ts';
import { hasFootprint, newestOrders, type CaseState, type Order } from './state.ts';

/**
 * The rounds that an increment adds: one for a system that had none, one for a system that accepts an identifier which
 * it was not asked about yet. A round asks with everything known, so that it speaks for the earlier ones.
 *
 * Rounds follow from the increments alone, not from when the request arrived beside them: otherwise the topics' order
 * of arrival would decide which order ids exist.
 */
export function roundsOf(state: CaseState, caseId: string, plan: Plan, catalogDigest: string): readonly CaseEvent[] {
  return plan.systems.flatMap(({ system, datasets, identifiers, answerWithinMs }): readonly CaseEvent[] => {
    const earlier = state.orders.filter((order) => order.system === system);
    const asked = new Set(earlier.flatMap((order) => order.identifiers.map(({ ref }) => ref)));
    if (identifiers.every(({ ref }) => asked.has(ref))) return [];
    const round = 1 + Math.max(0, ...earlier.map((order) => order.round));
    const orderId = orderIdOf({ caseId, system, round });
    const content = { datasets, identifiers, answerWithinMs, catalogDigest };
    return [{ event: 'OrderPlanned', order: { orderId, system, round, cause: 'located', ...content } }];
  });
}

/** Sends what is planned, once both the request and its location are here. The first sending sets the cut-off. */
export function sendPlanned(state: CaseState, lease: Lease, now: Date): readonly CaseEvent[] {
  const { request, requestId } = state;
  if (request === null || requestId === null || state.location === null) return [];
  const eraseThrough = state.cutOff ?? now;
  let sequence = state.sequence;
  return state.orders
    .filter((order) => order.state === 'planned')
    .flatMap((order): readonly CaseEvent[] => {
      const { orderId, system, round, catalogDigest } = order;
      const datasets = order.datasets.filter((dataset) => inScope(request.scope, system, dataset));
      if (datasets.length === 0) return [{ event: 'OrderOutOfScope', orderId }];
      const answerBy = new Date(now.getTime() + order.answerWithinMs);
      const terms = { datasets, eraseThrough, answerBy };
      sequence += 1;
      return [
        {
          event: 'OrderSent',
          caseId: requestId,
          requestId,
          sequence,
          orderId,
          system,
          round,
          ...terms,
          catalogDigest,
          sentAt: now,
        },
        ...published(state, { ...order, ...terms }, lease, now),
      ];
    });
}

/**
 * A system that says `not_found` against a footprint is asked once more. Not before the location is complete: an
 * increment that is still to come may ask it anyway, and the case cannot close before.
 */
export function askAgain(state: CaseState): readonly CaseEvent[] {
  const { location, requestId } = state;
  if (location === null || requestId === null || !location.complete || state.state !== 'erasing') return [];
  return newestOrders(state)
    .filter((order) => order.answer?.outcome === 'not_found' && hasFootprint(state, order))
    .filter(({ system }) => !state.orders.some((order) => order.system === system && order.cause === 'contradiction'))
    .map((order) => ({ event: 'OrderPlanned', order: nextRound(order, requestId) }));
}

function nextRound(order: Order, caseId: string): PlannedOrder {
  const { system, datasets, identifiers, answerWithinMs, catalogDigest } = order;
  const round = order.round + 1;
  const orderId = orderIdOf({ caseId, system, round });
  return { orderId, system, round, cause: 'contradiction', datasets, identifiers, answerWithinMs, catalogDigest };
}
