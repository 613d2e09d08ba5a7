/** Why a case may not say `erased`: what stays, who was not told, and what nobody could be asked about. */
import type { ErasureException } from '@lethe/contracts';
import { inScope } from './scope.ts';
import { newestOrders, type CaseState, type FinalOutcome } from './state.ts';

/** Of a case whose orders are all answered, by system and reason. */
export function exceptionsOf(state: CaseState): readonly ErasureException[] {
  const found = [...answeredSo(state), ...notOrdered(state)];
  return [...new Map(found.map((each) => [keyOf(each), each])).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ system, outcome, reason }: ErasureException): string => [system, outcome, reason ?? ''].join(' ');

function answeredSo(state: CaseState): readonly ErasureException[] {
  return newestOrders(state).flatMap(({ system, answer }) =>
    answer !== null && isException(answer.outcome) ? [{ system, outcome: answer.outcome, reason: answer.reason }] : [],
  );
}

/** Every footprint that the request means and no order named: Lethe knows of the data, and nobody was asked. */
function notOrdered({ request, location, orders }: CaseState): readonly ErasureException[] {
  if (request === null || location === null) return [];
  return location.footprints
    .filter(({ system, dataset }) => inScope(request.scope, system, dataset))
    .filter(
      ({ system, dataset }) => !orders.some((order) => order.system === system && order.datasets.includes(dataset)),
    )
    .map(({ system }) => {
      const excluded = location.exclusions.find((exclusion) => exclusion.system === system);
      return { system, outcome: 'not_ordered' as const, reason: excluded?.reason ?? 'dataset_not_in_catalog' };
    });
}

/** Data stays, or somebody who has it was not told. */
function isException(outcome: FinalOutcome): boolean {
  switch (outcome) {
    case 'retained':
    case 'not_notified':
      return true;
    case 'erased':
    case 'not_found':
    case 'notified':
      return false;
  }
}
