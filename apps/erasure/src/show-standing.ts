/** Tells how the open cases and orders stand; each process of erasure tells the same. */
import { looking, type Metrics, type Series, type ServiceHandle, type Task } from '@lethe/service';
import { casesOldest, casesOpen, casesOverdue, ordersOldest, ordersOpen, ordersOverdue } from './metrics.ts';
import { type CaseStanding, caseStanding } from './store/case-standing.ts';
import type { ErasureCases } from './store/erasure-cases.ts';

/** @param systems of the catalog: each is told, also with nothing open */
export function showStanding(
  service: Pick<ServiceHandle, 'store' | 'metrics'>,
  cases: ErasureCases,
  systems: readonly string[],
): Task {
  const all = [casesOpen, casesOldest, casesOverdue, ordersOpen, ordersOldest, ordersOverdue];
  return looking(service, 'standing', all, async () => {
    show(service.metrics, await caseStanding(service.store, cases.kind.collection), systems);
  });
}

function show(metrics: Metrics, { cases, overdue, orders }: CaseStanding, systems: readonly string[]): void {
  metrics.replace(
    casesOpen,
    cases.map(({ state, age, count }) => ({ labels: { state, age }, value: count })),
  );
  const states = [...new Set(cases.map(({ state }) => state))];
  metrics.replace(
    casesOldest,
    states.map((state) => ({ labels: { state }, value: oldest(cases.filter((each) => each.state === state)) })),
  );
  metrics.set(casesOverdue, overdue);
  // A system that the catalog no longer has may still owe an answer.
  const known = [...new Set([...systems, ...orders.map(({ system }) => system)])];
  const per = (of: (order: CaseStanding['orders'][number]) => number): readonly Series<'system'>[] =>
    known.map((system) => {
      const found = orders.find((each) => each.system === system);
      return { labels: { system }, value: found === undefined ? 0 : of(found) };
    });
  metrics.replace(
    ordersOpen,
    per(({ open }) => open),
  );
  metrics.replace(
    ordersOverdue,
    per((order) => order.overdue),
  );
  metrics.replace(
    ordersOldest,
    per(({ oldestMs }) => oldestMs / 1_000),
  );
}

function oldest(cases: readonly { readonly oldestMs: number }[]): number {
  return Math.max(0, ...cases.map(({ oldestMs }) => oldestMs)) / 1_000;
}
