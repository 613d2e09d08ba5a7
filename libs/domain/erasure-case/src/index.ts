/**
 * The foreman's rules: which systems a case asks, which answers count, and when it is over. Pure.
 *
 * planFrom (catalog + location) -> Locate; Accept; hearAnswer -> RecordAnswer; PublishAgain -> erasureCase(lease).decide.
 */
import type { Decider } from '@lethe/contracts';
import type { CaseCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { CaseEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Lease } from './lease.ts';
import { initial, type CaseState } from './state.ts';

/** The rules of a case, under the lease that its orders are published with. A case's id is its request's. */
export function erasureCase(lease: Lease): Decider<CaseState, CaseCommand, CaseEvent> {
  return { initial, decide: (state, command, now) => decide(state, command, now, lease), evolve };
}

export type { Accept, CaseCommand, Locate, PublishAgain, RecordAnswer } from './commands.ts';
export type { CaseEvent, CaseFact, CaseNote } from './events.ts';
export { hearAnswer, type AnswerFault, type AnswerPlace, type Heard } from './hear-answer.ts';
export type { Lease } from './lease.ts';
export { orderIdOf, parseOrderId, type OrderName } from './order-id.ts';
export { legalReferenceFrom, planFrom, type Exclusion, type Plan, type PlannedSystem } from './plan.ts';
export {
  hasFootprint,
  newestOrders,
  type Answer,
  type CaseState,
  type Failure,
  type FinalAnswer,
  type FinalOutcome,
  type LocationFacts,
  type Order,
  type RequestFacts,
  type StrayAnswer,
  type Unheeded,
} from './state.ts';
