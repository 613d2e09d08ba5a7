/** The shape of a subject request: no identifier in it. */
import type {
  AnswerOutcome,
  ErasureException,
  ErasureMethod,
  EventOf,
  Ground,
  RequestType,
  Requester,
  Scope,
} from '@lethe/contracts';

/** What was asked, without the identifiers: they leave with SubjectRequestAccepted, and intake keeps none. */
export interface Asked {
  readonly controller: string;
  readonly requestType: RequestType;
  readonly requester: Requester;
  readonly ground: Ground;
  readonly scope: Scope;
  readonly regulations: readonly string[];
}

/** A system's answer to one order, as erasure told it. */
export type HeardAnswer = Omit<
  EventOf<'OrderAnswered'>,
  'caseId' | 'requestId' | 'sequence' | 'orderId' | 'system' | 'round' | 'erasedThrough'
>;

/** What is kept of an answer that failed: erasure keeps the rest, and a request shows no more. */
export type HeardFailure = Pick<HeardAnswer, 'outcome' | 'count' | 'method' | 'reason' | 'answeredAt'>;

/** Erasure publishes no more of one order; if it ever did, the request would count them and not grow. */
export const failuresKept = 32;

/** One order as far as its facts were heard, in whatever order they came. */
export interface HeardOrder {
  readonly orderId: string;
  readonly system: string;
  readonly round: number;
  /** Null while only its answer was heard. */
  readonly sentAt: Date | null;
  readonly answerBy: Date | null;
  /** The answer that ended the round. */
  readonly answer: HeardAnswer | null;
  /** Failures before it, oldest first; each leaves the order open. */
  readonly failures: readonly HeardFailure[];
  /** Failures beyond `failuresKept`, counted only. */
  readonly failuresDropped: number;
}

/** How the case ended, as it was heard. */
export interface Closure {
  readonly outcome: 'erased' | 'erased_with_exceptions';
  readonly orderIds: readonly string[];
  readonly exceptions: readonly ErasureException[];
  readonly closedAt: Date;
}

/** One subject request. Nothing writes it but the decider. */
export interface RequestState {
  /** `unheard`: only its case was heard of. */
  readonly state: 'unheard' | 'accepted' | 'in_progress' | 'completed';
  readonly requestId: string | null;
  readonly bodyDigest: string | null;
  /** Of the newest fact that the request published; facts count from 1. */
  readonly sequence: number;
  readonly asked: Asked | null;
  readonly receivedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly respondBy: Date | null;
  readonly caseOpenedAt: Date | null;
  readonly orders: readonly HeardOrder[];
  readonly closure: Closure | null;
  readonly outcome: 'erased' | 'erased_with_exceptions' | null;
  readonly exceptions: readonly ErasureException[];
  readonly completedAt: Date | null;
}

export const initial: RequestState = {
  state: 'unheard',
  requestId: null,
  bodyDigest: null,
  sequence: 0,
  asked: null,
  receivedAt: null,
  acceptedAt: null,
  respondBy: null,
  caseOpenedAt: null,
  orders: [],
  closure: null,
  outcome: null,
  exceptions: [],
  completedAt: null,
};

/** Each system as the requester may see it: its newest order, which speaks for the earlier ones. */
export interface SystemView {
  readonly system: string;
  /** `sent` until a final answer; a failure keeps it so. */
  readonly state: 'sent' | AnswerOutcome;
  readonly round: number;
  /** The latest answer, also one that failed; null while there is none. */
  readonly outcome: AnswerOutcome | null;
  readonly method: ErasureMethod | null;
  readonly count: number | null;
  readonly reason: string | null;
  readonly answerBy: Date | null;
  readonly answeredAt: Date | null;
}

/** Every system that was asked, by name. */
export function systemsOf(state: Pick<RequestState, 'orders'>): readonly SystemView[] {
  return newestOrders(state)
    .map(({ system, round, answer, failures, answerBy }): SystemView => {
      const latest = answer ?? failures.at(-1) ?? null;
      return {
        system,
        state: answer?.outcome ?? 'sent',
        round,
        outcome: latest?.outcome ?? null,
        method: latest?.method ?? null,
        count: latest?.count ?? null,
        reason: latest?.reason ?? null,
        answerBy,
        answeredAt: latest?.answeredAt ?? null,
      };
    })
    .sort((a, b) => (a.system < b.system ? -1 : 1));
}

/** Each system's order of the highest round. */
export function newestOrders({ orders }: Pick<RequestState, 'orders'>): readonly HeardOrder[] {
  const newest = new Map<string, HeardOrder>();
  for (const order of orders) {
    const known = newest.get(order.system);
    if (known === undefined || known.round < order.round) newest.set(order.system, order);
  }
  return [...newest.values()];
}
