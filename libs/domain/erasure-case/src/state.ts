/** The shape of a case and of its orders; what may happen to them is in decide.ts and answer.ts. */
import type { AnswerOutcome, ErasureException, EventOf, Footprint, Scope, SealedIdentity } from '@lethe/contracts';
import type { Exclusion } from './plan.ts';

/** An answer that ends a round; every other one leaves the order open. */
export type FinalOutcome = Exclude<AnswerOutcome, 'unspecified' | 'failed' | 'not_ordered'>;

/** What a team said. Holds no identifier. */
export type Answer = Omit<EventOf<'ErasureAnswered'>, 'orderId' | 'requestId'>;

export interface FinalAnswer extends Answer {
  readonly outcome: FinalOutcome;
  /** `not_found` although a footprint was known when it was recorded. */
  readonly contradiction: boolean;
}

/** A way in which a system failed, told apart by its reason; the first of each is a fact, repeats are counted. */
export interface Failure {
  readonly reason: string | null;
  readonly times: number;
  readonly firstAt: Date;
}

/** Why an answer changed nothing but a count. */
export type Unheeded =
  /** The round has its final answer already. */
  | 'repeated'
  /** It looked before the cut-off, so what was written in between may be left: the order stays open. */
  | 'too_early'
  /** `not_notified` without the reason that it needs: the order stays open. */
  | 'reason_missing'
  /** An outcome newer than this reader, or one that no team may say: the order stays open. */
  | 'not_understood'
  /** A further way to fail, beyond `failuresKept`: the order stays open. */
  | 'too_many_failures';

/** One order to one system in one round. Planned (not sent), open (a lease), or answered for good. */
export interface Order {
  readonly orderId: string;
  readonly system: string;
  readonly round: number;
  readonly state: 'planned' | 'open' | 'answered';
  /** Why this round exists: an identifier was located, or a contradiction is asked about once more. */
  readonly cause: 'located' | 'contradiction';
  readonly datasets: readonly string[];
  /** Sealed; emptied when the case closes. */
  readonly identifiers: readonly SealedIdentity[];
  readonly answerWithinMs: number;
  readonly catalogDigest: string;
  readonly eraseThrough: Date | null;
  readonly answerBy: Date | null;
  readonly sentAt: Date | null;
  /** How often it was published. */
  readonly attempt: number;
  /** When an open order goes out again; null for others. */
  readonly publishAgainAt: Date | null;
  readonly answer: FinalAnswer | null;
  readonly failures: readonly Failure[];
  readonly unheeded: Readonly<Record<Unheeded, number>>;
}

/** An answer to an order that the case does not know (yet): shown, and counted should the order open later. */
export interface StrayAnswer extends Answer {
  readonly orderId: string;
}

/** What the case needs to know of its request. */
export interface RequestFacts {
  readonly controller: string;
  readonly scope: Scope;
  readonly legalReference: string | null;
  readonly receivedAt: Date;
  readonly respondBy: Date;
}

/** The newest increment. */
export interface LocationFacts {
  readonly increment: number;
  readonly complete: boolean;
  readonly catalogDigest: string;
  readonly exclusions: readonly Exclusion[];
  readonly footprints: readonly Footprint[];
}

/** One case; its id is the request's. Nothing writes it but the decider. */
export interface CaseState {
  /** `unheard`: only stray answers name it. `locating`: request or location is missing. */
  readonly state: 'unheard' | 'locating' | 'erasing' | 'closed';
  readonly requestId: string | null;
  /** Of the newest fact; facts count from 1. */
  readonly sequence: number;
  readonly openedAt: Date | null;
  readonly catalogDigest: string | null;
  readonly request: RequestFacts | null;
  readonly location: LocationFacts | null;
  /** When the first orders went out; every order carries it. */
  readonly cutOff: Date | null;
  readonly orders: readonly Order[];
  /** Systems that are not asked because the request's scope names none of their datasets. */
  readonly outOfScope: readonly string[];
  readonly strayAnswers: readonly StrayAnswer[];
  /** Stray answers beyond `strayAnswersKept`, counted only. */
  readonly strayAnswersDropped: number;
  /** Increments that came after the case was closed; follow-up orders are not this case's. */
  readonly lateIncrements: number;
  /** The earliest of its orders'. */
  readonly publishAgainAt: Date | null;
  readonly outcome: 'erased' | 'erased_with_exceptions' | null;
  /** Why the outcome is not `erased`. */
  readonly exceptions: readonly ErasureException[];
  readonly closedAt: Date | null;
}

/** A team that answers orders nobody gave cannot grow a case without bound. */
export const strayAnswersKept = 32;
/** Nor can one that finds ever new reasons to fail. Of each order. */
export const failuresKept = 32;

export const initial: CaseState = {
  state: 'unheard',
  requestId: null,
  sequence: 0,
  openedAt: null,
  catalogDigest: null,
  request: null,
  location: null,
  cutOff: null,
  orders: [],
  outOfScope: [],
  strayAnswers: [],
  strayAnswersDropped: 0,
  lateIncrements: 0,
  publishAgainAt: null,
  outcome: null,
  exceptions: [],
  closedAt: null,
};

/** A system's newest order: it asks with everything that is known, so it speaks for the earlier ones. */
export function newestOrders(state: CaseState): readonly Order[] {
  const newest = new Map<string, Order>();
  for (const order of state.orders) {
    const known = newest.get(order.system);
    if (known === undefined || known.round < order.round) newest.set(order.system, order);
  }
  return [...newest.values()];
}

/** True if data of the subject was seen in a dataset that the order is about. */
export function hasFootprint(
  { location }: Pick<CaseState, 'location'>,
  order: Pick<Order, 'system' | 'datasets'>,
): boolean {
  if (location === null) return false;
  return location.footprints.some(({ system, dataset }) => system === order.system && order.datasets.includes(dataset));
}
