/** A request as intake shows it, as far as it is printed here; `--json` passes the whole on. */
import { z } from 'zod';
import { fields, table } from '../terminal/table.ts';

const text = z.string().nullable();

export const requestView = z.looseObject({
  id: z.uuid(),
  state: z.string(),
  controller: z.string(),
  ground: z.string(),
  receivedAt: z.string(),
  respondBy: z.string(),
  completedAt: text,
  outcome: text,
  exceptions: z.array(z.object({ system: z.string(), outcome: z.string(), reason: text })),
  systems: z.array(
    z.object({
      system: z.string(),
      state: z.string(),
      round: z.number(),
      outcome: text,
      method: text,
      count: z.number().nullable(),
      reason: text,
      answerBy: text,
      answeredAt: text,
    }),
  ),
});
export type RequestView = z.infer<typeof requestView>;

export const requestPage = z.object({
  items: z.array(requestView),
  next: z.stringFormat('cursor', /^[\w-]{1,1024}$/).nullable(),
});

export const requestText = (request: RequestView): string => {
  const head = fields([
    ['request', request.id],
    ['state', request.state],
    ['controller', request.controller],
    ['ground', request.ground],
    ['received', request.receivedAt],
    ['respond by', request.respondBy],
    ['completed', request.completedAt],
    ['outcome', request.outcome],
  ]);
  const systems = table(
    ['system', 'round', 'state', 'method', 'count', 'reason', 'answer by', 'answered'],
    request.systems.map((each) => [
      each.system,
      each.round,
      each.state,
      each.method,
      each.count,
      each.reason,
      each.answerBy,
      each.answeredAt,
    ]),
  );
  const exceptions = request.exceptions.map(({ system, outcome, reason }) => [system, outcome, reason] as const);
  return [
    head,
    ...(request.systems.length === 0 ? [] : ['', systems]),
    ...(exceptions.length === 0 ? [] : ['', table(['exception', 'outcome', 'reason'], exceptions)]),
  ].join('\n');
};
