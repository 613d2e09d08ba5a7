import {
  citationOrWithheld,
  codeOrWithheld,
  type ErasureException,
  type EventOf,
  nameOrWithheld,
  type Topics,
  withheld,
} from '@lethe/contracts';
import type { Json } from './canonical-json.ts';

/** Everything that audit hears. A new event on one of these topics does not compile until it has its fact. */
export type Audited = Topics['lethe.requests'] | Topics['lethe.case-events'] | Topics['lethe.operator-events'];

/** Where the event was read. */
export interface FactSource {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What the log commits to: what happened, when and by whose word. Never an identifier, a ref or typed text. */
export interface Fact {
  readonly event: Audited;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** Who said it; `sequence` counts its facts about this request. */
  readonly publisher: 'intake' | 'erasure' | 'operator';
  /** Also the case's id; null for what concerns no request. */
  readonly requestId: string | null;
  readonly sequence: number | null;
  readonly source: FactSource;
  readonly details: Readonly<Record<string, Json>>;
}

type Told = Omit<Fact, 'event' | 'source'>;

/**
 * The fact of an event. Every field that goes in is named here; whatever else an event carries (identities above all)
 * stays out, also when a later version adds it.
 */
export function factOf<N extends Audited>(name: N, event: EventOf<N>, source: FactSource): Fact {
  const { topic, partition, offset } = source;
  return { event: name, ...tellers[name](event), source: { topic, partition, offset } };
}

const tellers: { readonly [N in Audited]: (event: EventOf<N>) => Told } = {
  SubjectRequestAccepted: (event) => ({
    ...fromIntake(event, event.acceptedAt),
    details: {
      controller: event.controller,
      type: event.type,
      // The role alone: an authority is a reference that somebody typed.
      requester: event.requester.kind,
      ground: event.ground,
      scope: { all: event.scope.all, datasets: event.scope.datasets.map(nameOrWithheld) },
      regulations: event.regulations.map(nameOrWithheld),
      receivedAt: event.receivedAt.toISOString(),
      respondBy: event.respondBy.toISOString(),
    },
  }),
  SubjectRequestCompleted: (event) => ({
    ...fromIntake(event, event.completedAt),
    details: {
      outcome: event.outcome,
      exceptions: event.exceptions.map(exception),
    },
  }),
  CaseOpened: (event) => ({
    ...fromErasure(event, event.openedAt),
    details: { catalogDigest: event.catalogDigest },
  }),
  OrderSent: (event) => ({
    ...fromErasure(event, event.sentAt),
    details: {
      orderId: event.orderId,
      system: event.system,
      round: event.round,
      datasets: event.datasets.map(nameOrWithheld),
      eraseThrough: event.eraseThrough.toISOString(),
      answerBy: event.answerBy.toISOString(),
      catalogDigest: event.catalogDigest,
    },
  }),
  OrderAnswered: (event) => ({
    ...fromErasure(event, event.answeredAt),
    details: {
      orderId: event.orderId,
      system: event.system,
      round: event.round,
      outcome: event.outcome,
      count: event.count,
      method: event.method,
      until: event.until?.toISOString() ?? null,
      fieldsKept: event.fieldsKept.map(codeOrWithheld),
      legalBasis: event.legalBasis === null ? null : citationOrWithheld(event.legalBasis),
      subProcessorsTold: event.subProcessorsTold.map(codeOrWithheld),
      reason: codeOrNull(event.reason),
      erasedThrough: event.erasedThrough.toISOString(),
      contradiction: event.contradiction,
    },
  }),
  CaseClosed: (event) => ({
    ...fromErasure(event, event.closedAt),
    details: {
      outcome: event.outcome,
      orders: event.orders.map(({ orderId, system, round, outcome, count, method }) => ({
        orderId,
        system,
        round,
        outcome,
        count,
        method,
      })),
      exceptions: event.exceptions.map(exception),
      openedAt: event.openedAt.toISOString(),
    },
  }),
  SubjectLookedUp: (event) => ({
    ...fromOperator(event.lookedUpAt),
    details: {
      request: event.requestId === null ? null : idOrWithheld(event.requestId),
      reason: codeOrWithheld(event.reason),
    },
  }),
  DeadLetterRevealed: (event) => ({
    ...fromOperator(event.revealedAt),
    details: { ...deadLetter(event), reason: codeOrWithheld(event.reason) },
  }),
  DeadLetterRedriven: (event) => ({
    ...fromOperator(event.redrivenAt),
    details: { ...deadLetter(event), to: nameOrWithheld(event.to), reason: codeOrWithheld(event.reason) },
  }),
  FenceAdopted: (event) => ({
    ...fromOperator(event.adoptedAt),
    details: {
      service: nameOrWithheld(event.service),
      topic: nameOrWithheld(event.topic),
      partition: event.partition,
      from: event.from,
      to: event.to,
      reason: codeOrWithheld(event.reason),
    },
  }),
};

type AboutRequest = { readonly requestId: string; readonly sequence: number };

function fromIntake({ requestId, sequence }: AboutRequest, at: Date): Omit<Told, 'details'> {
  return { at: at.toISOString(), publisher: 'intake', requestId, sequence };
}

function fromErasure({ requestId, sequence }: AboutRequest, at: Date): Omit<Told, 'details'> {
  return { at: at.toISOString(), publisher: 'erasure', requestId, sequence };
}

/** Without the actor: the account names a member of staff. A look-up is no part of a case's own sequence of facts. */
function fromOperator(at: Date): Omit<Told, 'details'> {
  return { at: at.toISOString(), publisher: 'operator', requestId: null, sequence: null };
}

function deadLetter({ topic, partition, offset }: EventOf<'DeadLetterRevealed' | 'DeadLetterRedriven'>) {
  return { topic: nameOrWithheld(topic), partition, offset };
}

/** A typed id may be anything; only a UUID goes in. */
function idOrWithheld(text: string): string {
  return uuid.test(text) ? text.toLowerCase() : withheld;
}
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The second line behind the services that took a team's text in: an old event, or another publisher's, may hold any. */
function codeOrNull(text: string | null): string | null {
  return text === null ? null : codeOrWithheld(text);
}

function exception({ system, outcome, reason }: ErasureException): Json {
  return { system: nameOrWithheld(system), outcome, reason: codeOrNull(reason) };
}
