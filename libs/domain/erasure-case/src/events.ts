/** What a case says to others, and what it notes for itself. */
import type { Emitted } from '@lethe/contracts';
import type { LocationFacts, Order, RequestFacts, StrayAnswer, Unheeded } from './state.ts';

/** What a case says to others. */
export type CaseFact = Emitted<'CaseOpened' | 'OrderSent' | 'OrderAnswered' | 'CaseClosed'>;

/** A round of a system as it is planned; what belongs to its sending is not known yet. */
export type PlannedOrder = Pick<
  Order,
  'orderId' | 'system' | 'round' | 'cause' | 'datasets' | 'identifiers' | 'answerWithinMs' | 'catalogDigest'
>;

/** What a case notes for itself; none of these names is a contract's, so nobody publishes them. */
export type CaseNote =
  | { readonly event: 'RequestNoted'; readonly request: RequestFacts }
  | { readonly event: 'LocationNoted'; readonly location: LocationFacts }
  | { readonly event: 'LateIncrementNoted' }
  | { readonly event: 'OrderPlanned'; readonly order: PlannedOrder }
  | { readonly event: 'OrderOutOfScope'; readonly orderId: string }
  | { readonly event: 'OrderLeased'; readonly orderId: string; readonly publishAgainAt: Date }
  | { readonly event: 'FailureRepeated'; readonly orderId: string; readonly reason: string | null }
  | { readonly event: 'AnswerUnheeded'; readonly orderId: string; readonly why: Unheeded }
  | { readonly event: 'StrayAnswerNoted'; readonly requestId: string; readonly answer: StrayAnswer }
  | { readonly event: 'StrayAnswerTaken'; readonly orderId: string };

export type CaseEvent = CaseFact | Emitted<'ErasureOrdered'> | CaseNote;
