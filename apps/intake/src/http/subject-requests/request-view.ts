/** How a subject request is shown: its state, its dates, each system's answer. No identifier goes in, so none comes out. */
import { z } from 'zod';
import type { AnswerOutcome, ErasureMethod } from '@lethe/contracts';
import { type RequestState, systemsOf } from '@lethe/subject-request';
import { grounds, requesterKinds } from './request-body.ts';

const time = z.iso.datetime();
const outcomes = [
  'unspecified',
  'erased',
  'not_found',
  'retained',
  'notified',
  'not_notified',
  'failed',
  'not_ordered',
] as const;
const methods = ['unspecified', 'deleted', 'anonymised', 'masked', 'key_destroyed', 'beyond_use'] as const;
const states = ['accepted', 'in_progress', 'completed'] as const;

export const acknowledgement = z
  .strictObject({
    id: z.uuid().describe('The request, and the case that it opens.'),
    state: z.enum(states),
    receivedAt: time,
    respondBy: time.describe('By when the requester must be answered.'),
  })
  .describe('The request is accepted and will not be lost.');

const systemView = z.strictObject({
  system: z.string(),
  state: z.enum(['sent', ...outcomes]).describe('`sent` until the system has answered for good.'),
  round: z.int().describe('Counted from 1; a follow-up order is a new round.'),
  outcome: z
    .enum(outcomes satisfies readonly AnswerOutcome[])
    .nullable()
    .describe('Its latest answer.'),
  method: z.enum(methods satisfies readonly ErasureMethod[]).nullable(),
  count: z.int().nullable().describe('How many records it treated.'),
  reason: z.string().nullable(),
  answerBy: time.nullable(),
  answeredAt: time.nullable(),
});

export const requestView = z
  .strictObject({
    ...acknowledgement.shape,
    controller: z.string(),
    type: z.literal('erasure'),
    requester: z.strictObject({ kind: z.enum(['unspecified', ...requesterKinds]) }),
    ground: z.enum(['unspecified', ...grounds]),
    scope: z.strictObject({ all: z.boolean(), datasets: z.array(z.string()) }),
    regulations: z.array(z.string()),
    acceptedAt: time,
    completedAt: time.nullable(),
    outcome: z.enum(['erased', 'erased_with_exceptions']).nullable(),
    exceptions: z.array(
      z.strictObject({ system: z.string(), outcome: z.enum(outcomes), reason: z.string().nullable() }),
    ),
    systems: z.array(systemView).describe('Every system that was asked, by name.'),
  })
  .describe('A subject request.');

export const requestPage = z
  .strictObject({
    items: z.array(requestView),
    next: z.string().nullable().describe('The cursor of the next page; null on the last.'),
  })
  .describe('Requests in the order of their receipt.');

export type Acknowledgement = z.output<typeof acknowledgement>;
export type RequestView = z.output<typeof requestView>;
export type RequestPage = z.output<typeof requestPage>;

/** Null while only its case was heard of. */
export function acknowledge(id: string, { state, receivedAt, respondBy }: RequestState): Acknowledgement | null {
  if (state === 'unheard' || receivedAt === null || respondBy === null) return null;
  return { id, state, receivedAt: receivedAt.toISOString(), respondBy: respondBy.toISOString() };
}

/** Null while only its case was heard of. */
export function viewOf(id: string, state: RequestState): RequestView | null {
  const acknowledged = acknowledge(id, state);
  const { asked, acceptedAt } = state;
  if (acknowledged === null || asked === null || acceptedAt === null) return null;
  const { controller, requester, ground, scope, regulations } = asked;
  return {
    ...acknowledged,
    controller,
    type: 'erasure',
    requester: { kind: requester.kind },
    ground,
    scope: { all: scope.all, datasets: [...scope.datasets] },
    regulations: [...regulations],
    acceptedAt: acceptedAt.toISOString(),
    completedAt: text(state.completedAt),
    outcome: state.outcome,
    exceptions: state.exceptions.map(({ system, outcome, reason }) => ({ system, outcome, reason })),
    systems: systemsOf(state).map(({ answerBy, answeredAt, ...rest }) => ({
      ...rest,
      answerBy: text(answerBy),
      answeredAt: text(answeredAt),
    })),
  };
}

function text(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
