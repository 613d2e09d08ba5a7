/** A case as erasure shows it, as far as it is printed here; `--json` passes the whole on. */
import { z } from 'zod';
import { fields, table } from '../terminal/table.ts';

const text = z.string().nullable();

const order = z.object({
  orderId: z.string(),
  system: z.string(),
  round: z.number(),
  state: z.string(),
  datasets: z.array(z.string()),
  identifiers: z.number(),
  answerBy: text,
  attempt: z.number(),
  answer: z.object({ outcome: z.string(), count: z.number().nullable(), method: text, reason: text }).nullable(),
});

export const caseView = z.looseObject({
  id: z.string(),
  state: z.string(),
  outcome: text,
  openedAt: text,
  cutOff: text,
  closedAt: text,
  respondBy: text,
  location: z.object({ increment: z.number(), complete: z.boolean() }).nullable(),
  orders: z.array(order),
  exceptions: z.array(z.object({ system: z.string(), outcome: z.string(), reason: text })),
  answersWithoutOrder: z.number(),
});
export type CaseView = z.infer<typeof caseView>;

export const caseText = (found: CaseView): string => {
  const { orders, exceptions, answersWithoutOrder } = found;
  const head = fields([
    ['case', found.id],
    ['state', found.state],
    ['outcome', found.outcome],
    ['opened', found.openedAt],
    ['cut-off', found.cutOff],
    ['respond by', found.respondBy],
    ['closed', found.closedAt],
    ['location', locationText(found.location)],
    ['answered', `${orders.filter(({ answer }) => answer !== null).length} of ${orders.length} orders`],
    ...(answersWithoutOrder === 0 ? [] : [['answers without an order', answersWithoutOrder] as const]),
  ]);
  const rows = orders.map(({ system, round, state, datasets, identifiers, attempt, answerBy, answer }) => [
    system,
    round,
    state,
    datasets.join(' '),
    identifiers,
    attempt,
    answerBy,
    answer?.outcome,
    answer?.count,
    answer?.method,
    answer?.reason,
  ]);
  const columns = ['system', 'round', 'state', 'datasets', 'identifiers', 'attempt', 'answer by'];
  return [
    head,
    ...(rows.length === 0 ? [] : ['', table([...columns, 'answer', 'count', 'method', 'reason'], rows)]),
    ...(exceptions.length === 0
      ? []
      : [
          '',
          table(
            ['exception', 'outcome', 'reason'],
            exceptions.map(({ system, outcome, reason }) => [system, outcome, reason]),
          ),
        ]),
  ].join('\n');
};

const locationText = (location: CaseView['location']): string => {
  if (location === null) return 'not heard of yet';
  return `increment ${location.increment}, ${location.complete ? 'complete' : 'not complete'}`;
};
