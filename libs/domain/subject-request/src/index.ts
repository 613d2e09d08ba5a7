/**
 * The life of a subject request as intake tells it: accepted, in progress, completed. Pure.
 *
 * Receive (REST) and the case's facts (Kafka), in any order -> subjectRequest.decide -> SubjectRequestAccepted, ...Completed.
 */
import type { Decider } from '@lethe/contracts';
import type { RequestCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { RequestEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { initial, type RequestState } from './state.ts';

/** The rules of a subject request. The record's id is the request's. */
export const subjectRequest: Decider<RequestState, RequestCommand, RequestEvent> = { initial, decide, evolve };

export type {
  HearCaseClosed,
  HearCaseOpened,
  HearOrderAnswered,
  HearOrderSent,
  Receive,
  RequestCommand,
} from './commands.ts';
export type { RequestEvent, RequestFact, RequestNote } from './events.ts';
export {
  systemsOf,
  type Asked,
  type Closure,
  type HeardAnswer,
  type HeardFailure,
  type HeardOrder,
  type RequestState,
  type SystemView,
} from './state.ts';
