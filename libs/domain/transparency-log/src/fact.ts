import type { EventOf, Topics } from '@lethe/contracts';
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
      scope: { all: event.scope.all, datasets: event.scope.datasets.map(code) },
      regulations: event.regulations.map(code),
      receivedAt: event.receivedAt.toISOString(),
      respondBy: event.respondBy.toISOString(),
    },
  }),
  SubjectRequestCompleted: (event) => ({
    ...fromIntake(event, event.completedAt),
    details: {
      outcome: event.outcome,
      exceptions: event.exceptions.map(({ system, outcome, reason }) => ({
        system,
        outcome,
        reason: codeOrNull(reason),
      })),
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
      datasets: event.datasets.map(code),
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
      fieldsKept: event.fieldsKept.map(code),
      legalBasis: citationOrNull(event.legalBasis),
      subProcessorsTold: event.subProcessorsTold.map(code),
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
      openedAt: event.openedAt.toISOString(),
    },
  }),
  FenceAdopted: (event) => ({
    at: event.adoptedAt.toISOString(),
    publisher: 'operator',
    requestId: null,
    sequence: null,
    // Without the actor: the account names a member of staff.
    details: {
      service: code(event.service),
      topic: code(event.topic),
      partition: event.partition,
      from: event.from,
      to: event.to,
      reason: code(event.reason),
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

/**
 * Stands for a text that may be a person's. Teams are asked for codes; this filter is the second line, not a proof: a
 * name that is spelled like a code passes it.
 */
export const withheld = 'withheld';

/** Begins with a letter, no spaces, no @: what names in a catalog and reason codes look like. */
const codeShape = /^[A-Za-z][A-Za-z0-9_.:/()-]{0,127}$/;
/** As a statute is cited, `GDPR art. 17(3)(b)`: with a number, but none as long as a customer's or a telephone's. */
const citationShape = /^(?=.*\d)(?!.*\d{5})[A-Za-z§][A-Za-z0-9 §_.,:;/()-]{0,127}$/;

function code(text: string): string {
  return codeShape.test(text) ? text : withheld;
}

function codeOrNull(text: string | null): string | null {
  return text === null ? null : code(text);
}

function citationOrNull(text: string | null): string | null {
  return text !== null && citationShape.test(text) ? text : codeOrNull(text);
}
