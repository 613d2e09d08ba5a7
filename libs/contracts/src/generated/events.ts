// Generated from avro/*.avsc by `npm run codegen`; do not edit.

/** What a system says it did with an order; `failed` keeps the order open, the others end its round. `not_ordered` is no answer and never a team's: Lethe says it of a system that holds data which no order could ask for. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type AnswerOutcome =
  | 'unspecified'
  | 'erased'
  | 'not_found'
  | 'retained'
  | 'notified'
  | 'not_notified'
  | 'failed'
  | 'not_ordered';

/** Every system of the plan has answered and the location is complete: the case is over. Published by erasure. */
export interface CaseClosed {
  /** The case, a UUID. Not personal data. */
  readonly caseId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among erasure's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** How the case ended. Not personal data. */
  readonly outcome: ErasureOutcome;
  /** How each order ended. Not personal data. */
  readonly orders: readonly OrderSummary[];
  /** Why the outcome is `erased_with_exceptions`, by system: final answers by which data stays or somebody was not told, and data that no order could ask for; a system may stand here once for each reason. Empty when the outcome is `erased`. Not personal data. */
  readonly exceptions: readonly ErasureException[];
  /** When the case was opened, in milliseconds since 1970. Not personal data. */
  readonly openedAt: Date;
  /** When it was closed, in milliseconds since 1970. Not personal data. */
  readonly closedAt: Date;
}

/** A case began for a subject request. Published by erasure. */
export interface CaseOpened {
  /** The case, a UUID; equals the id of the request that opened it. Not personal data. */
  readonly caseId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among erasure's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** Digest of the catalog that the case was opened under. Not personal data. */
  readonly catalogDigest: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly openedAt: Date;
}

/** An operator published a dead letter's record again on the topic that it came from. Published by the command line, in one transaction with the record. */
export interface DeadLetterRedriven {
  /** The operator's account in the deployment; identifies staff. Personal data (of staff, not of a subject). */
  readonly actor: string;
  /** The dead-letter topic. Not personal data. */
  readonly topic: string;
  /** Its partition. Not personal data. */
  readonly partition: number;
  /** The dead letter's offset there. Not personal data. */
  readonly offset: number;
  /** The topic that it goes to, which is the one it came from. Not personal data. */
  readonly to: string;
  /** A code that says why, e.g. ticket_4711; never free text about a person. Not personal data. */
  readonly reason: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly redrivenAt: Date;
}

/** An operator opened a dead letter and saw in clear what its publisher wrote. Published by the command line, before it shows anything. */
export interface DeadLetterRevealed {
  /** The operator's account in the deployment; identifies staff. Personal data (of staff, not of a subject). */
  readonly actor: string;
  /** The dead-letter topic. Not personal data. */
  readonly topic: string;
  /** Its partition. Not personal data. */
  readonly partition: number;
  /** The dead letter's offset there. Not personal data. */
  readonly offset: number;
  /** A code that says why, e.g. ticket_4711; never free text about a person. Not personal data. */
  readonly reason: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly revealedAt: Date;
}

/** A team says what its system did with an order. Published by that team; the answering system is the topic's. */
export interface ErasureAnswered {
  /** `<caseId>:<system>:<round>`; every publication of an order keeps it. Not personal data. */
  readonly orderId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** What the system did. Not personal data. */
  readonly outcome: AnswerOutcome;
  /** How many records it treated; null when it cannot say. Not personal data. */
  readonly count: number | null;
  /** How it erased; null when it erased nothing. Not personal data. */
  readonly method: ErasureMethod | null;
  /** Until when data is retained or beyond use, in milliseconds since 1970; null when it does not end or nothing stays. Not personal data. */
  readonly until: Date | null;
  /** Names of the fields that stay, never their values; at most 50, a text that is no name is recorded as `withheld`. Not personal data. */
  readonly fieldsKept: readonly string[];
  /** The legal basis on which something stays, cited (`GDPR art. 17(3)(b)`) or as a code; null when nothing does. Any other text is recorded as `withheld`. Not personal data. */
  readonly legalBasis: string | null;
  /** Names of the sub-processors that were told to erase, without blanks; at most 50, any other text is recorded as `withheld`. Not personal data. */
  readonly subProcessorsTold: readonly string[];
  /** A code that says why, of letters, digits and _ . : / ( ) -; never free text about a person, which is recorded as `withheld`. Not personal data. */
  readonly reason: string | null;
  /** How far the team erased, in milliseconds since 1970: the order's eraseThrough, or a later time, if it erased up to that, not after the one at which it began to look. Not personal data. */
  readonly erasedThrough: Date;
  /** When the team answered by its clock, in milliseconds since 1970; recorded as no later than the broker's append time. Not personal data. */
  readonly answeredAt: Date;
}

/** A system that did not erase, or not everything, and why. */
export interface ErasureException {
  /** The data holder, as the catalog names it. Not personal data. */
  readonly system: string;
  /** The system's final answer; `not_ordered` when there is none, because data was seen there that no order could ask for. Not personal data. */
  readonly outcome: AnswerOutcome;
  /** A code that says why; never free text about a person. With `not_ordered` it is Lethe's own: `accepts_no_identifier` (the subject has no identifier that the system could look up), `not_in_catalog` (the catalog no longer names the system) or `dataset_not_in_catalog` (it no longer names the dataset). Not personal data. */
  readonly reason: string | null;
}

/** How the data became unusable: deleted, anonymised (the row stays without its subject), masked, its key destroyed, or put beyond use until it can be deleted. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type ErasureMethod =
  | 'unspecified'
  | 'deleted'
  | 'anonymised'
  | 'masked'
  | 'key_destroyed'
  | 'beyond_use';

/** A system is to erase what it holds about a subject. Published by erasure to that one team, in clear, and again until it is answered. */
export interface ErasureOrdered {
  /** `<caseId>:<system>:<round>`; every publication of an order keeps it. Not personal data. */
  readonly orderId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** The controller in whose name the data is held, as the catalog names it. Not personal data. */
  readonly controller: string;
  /** The system that is ordered; the same as in the topic name. Not personal data. */
  readonly system: string;
  /** The round of this system's orders in the case, counted from 1; a follow-up is a new round, a repetition is not. Not personal data. */
  readonly round: number;
  /** The datasets of the system to erase from, as the catalog names them. Not personal data. */
  readonly datasets: readonly string[];
  /** The identifiers of the types that this system accepts. Personal data. */
  readonly identifiers: readonly Identity[];
  /** The cut-off, in milliseconds since 1970: everything up to it is to be erased. Not personal data. */
  readonly eraseThrough: Date;
  /** By when the answer is due, in milliseconds since 1970; repetitions keep it. Not personal data. */
  readonly answerBy: Date;
  /** 1 at the first publication; each publication adds 1. Not personal data. */
  readonly attempt: number;
  /** The legal text on which the order rests; null when none is named. Not personal data. */
  readonly legalReference: string | null;
}

/** How an erasure ended as a whole. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type ErasureOutcome =
  | 'unspecified'
  | 'erased'
  | 'erased_with_exceptions';

/** An operator decided where a service goes on in a partition whose fence no longer fits. Published by the command line. */
export interface FenceAdopted {
  /** The operator's account in the deployment; identifies staff. Personal data (of staff, not of a subject). */
  readonly actor: string;
  /** The service whose fence was moved. Not personal data. */
  readonly service: string;
  /** Kafka topic. Not personal data. */
  readonly topic: string;
  /** Kafka partition. Not personal data. */
  readonly partition: number;
  /** The offset that the fence expected next; null when it had none. Not personal data. */
  readonly from: number | null;
  /** The offset that it expects next now. Not personal data. */
  readonly to: number;
  /** A code that says why, e.g. topic_replaced; never free text about a person. Not personal data. */
  readonly reason: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly adoptedAt: Date;
}

/** A system and a dataset of it that hold data about the subject. */
export interface Footprint {
  /** The data holder, as the catalog names it. Not personal data. */
  readonly system: string;
  /** The dataset, as the catalog names it. Not personal data. */
  readonly dataset: string;
  /** Day (UTC, its first millisecond) of the earliest known event, in milliseconds since 1970. Personal data. */
  readonly firstSeen: Date;
  /** Day (UTC, its first millisecond) of the latest known event, in milliseconds since 1970. Personal data. */
  readonly lastSeen: Date;
}

/** Why the data has to go. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type Ground =
  | 'unspecified'
  | 'request'
  | 'account_deletion'
  | 'consent_withdrawn'
  | 'objection'
  | 'retention_expired'
  | 'unlawful'
  | 'child'
  | 'court_order'
  | 'broker_list';

/** An identifier in clear. Exists only in what upstream publishes and in the orders to one team. */
export interface Identity {
  /** Identity type, as the catalog names it. Not personal data. */
  readonly type: string;
  /** The identifier itself, as the publisher has it; on orders the normalised value. Personal data. */
  readonly value: string;
}

/** An identifier as a feed reported it. */
export interface ObservedIdentity {
  /** Identity type, as the catalog names it. Not personal data. */
  readonly type: string;
  /** `<pepperVersion>.<base64url HMAC-SHA-256>` of controller, type and normalised value. Personal data, pseudonymous. */
  readonly ref: string;
  /** The normalised value, sealed. Personal data, sealed. */
  readonly sealed: SealedIdentifier;
  /** True when the feed verified the value, so that it joins the identifiers beside it to one subject; false when it only mentions it. Not personal data. */
  readonly links: boolean;
}

/** What happened to the data in the reporting system. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type Operation =
  | 'unspecified'
  | 'upsert'
  | 'delete'
  | 'snapshot';

/** A system answered an order, and the case recorded it. Published by erasure. */
export interface OrderAnswered {
  /** The case, a UUID. Not personal data. */
  readonly caseId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among erasure's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** `<caseId>:<system>:<round>`; every publication of an order keeps it. Not personal data. */
  readonly orderId: string;
  /** The system that answered, taken from the topic of the answer. Not personal data. */
  readonly system: string;
  /** The round of this system's orders in the case, counted from 1; a follow-up is a new round, a repetition is not. Not personal data. */
  readonly round: number;
  /** What the system says it did. Not personal data. */
  readonly outcome: AnswerOutcome;
  /** How many records it treated; null when it did not say. Not personal data. */
  readonly count: number | null;
  /** How it erased; null when it erased nothing. Not personal data. */
  readonly method: ErasureMethod | null;
  /** Until when data is retained or beyond use, in milliseconds since 1970; null when it does not end or nothing stays. Not personal data. */
  readonly until: Date | null;
  /** Names of the fields that stay, never their values. Not personal data. */
  readonly fieldsKept: readonly string[];
  /** The legal basis on which something stays; null when nothing does. Not personal data. */
  readonly legalBasis: string | null;
  /** The sub-processors that were told to erase. Not personal data. */
  readonly subProcessorsTold: readonly string[];
  /** A code that says why; never free text about a person. Not personal data. */
  readonly reason: string | null;
  /** How far the team erased, in milliseconds since 1970. Not personal data. */
  readonly erasedThrough: Date;
  /** True when the system answered `not_found` although a footprint shows data there. Not personal data. */
  readonly contradiction: boolean;
  /** When the team answered by its clock, in milliseconds since 1970. Not personal data. */
  readonly answeredAt: Date;
}

/** A system was ordered to erase; repetitions of the order are no second fact. Published by erasure. */
export interface OrderSent {
  /** The case, a UUID. Not personal data. */
  readonly caseId: string;
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among erasure's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** `<caseId>:<system>:<round>`; every publication of an order keeps it. Not personal data. */
  readonly orderId: string;
  /** The data holder, as the catalog names it. Not personal data. */
  readonly system: string;
  /** The round of this system's orders in the case, counted from 1; a follow-up is a new round, a repetition is not. Not personal data. */
  readonly round: number;
  /** The datasets that are to be erased from, as the catalog names them. Not personal data. */
  readonly datasets: readonly string[];
  /** The cut-off of the case, in milliseconds since 1970: everything up to it is to be erased. Not personal data. */
  readonly eraseThrough: Date;
  /** By when the answer is due, in milliseconds since 1970. Not personal data. */
  readonly answerBy: Date;
  /** Digest of the catalog that the plan was made from. Not personal data. */
  readonly catalogDigest: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly sentAt: Date;
}

/** How one order of a case ended. */
export interface OrderSummary {
  /** `<caseId>:<system>:<round>`; every publication of an order keeps it. Not personal data. */
  readonly orderId: string;
  /** The data holder, as the catalog names it. Not personal data. */
  readonly system: string;
  /** The round of this system's orders in the case, counted from 1; a follow-up is a new round, a repetition is not. Not personal data. */
  readonly round: number;
  /** The first final answer of the round. Not personal data. */
  readonly outcome: AnswerOutcome;
  /** How many records the system treated; null when it did not say. Not personal data. */
  readonly count: number | null;
  /** How it erased; null when it erased nothing. Not personal data. */
  readonly method: ErasureMethod | null;
}

/** Which right the request exercises. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type RequestType =
  | 'unspecified'
  | 'erasure';

/** Who asked, as a role. */
export interface Requester {
  /** The role in which somebody asked. Not personal data. */
  readonly kind: RequesterKind;
  /** By what authority an agent, a guardian or a regulator acts: a reference, never a name; null when the subject asked. Not personal data. */
  readonly authority: string | null;
}

/** In which role somebody asked. `unspecified` stands for a symbol newer than this reader; it is never published. */
export type RequesterKind =
  | 'unspecified'
  | 'subject'
  | 'agent'
  | 'guardian'
  | 'controller'
  | 'operator'
  | 'regulator_list';

/** A schema version is about to be used. Published by every producer before its first event of that version. */
export interface SchemaPublished {
  /** CRC-64-AVRO of the parsing canonical form, 16 hexadecimal digits, most significant first. Not personal data. */
  readonly fingerprint: string;
  /** Record name without its namespace. Not personal data. */
  readonly name: string;
  /** The schema as JSON text, nested types inlined. Not personal data. */
  readonly schema: string;
}

/** How much of the data a request is about. */
export interface Scope {
  /** True when the request is about everything; `datasets` is then empty. Not personal data. */
  readonly all: boolean;
  /** The datasets that the request is about, as the catalog names them. Not personal data. */
  readonly datasets: readonly string[];
}

/** An identifier encrypted by AES-256-GCM; only who holds the key can read it. */
export interface SealedIdentifier {
  /** Id of the key that sealed it. Not personal data. */
  readonly keyId: string;
  /** 12 bytes, used once under this key. Not personal data. */
  readonly nonce: Uint8Array;
  /** The encrypted identifier with the 16-byte authentication tag appended. Personal data, sealed. */
  readonly ciphertext: Uint8Array;
}

/** An identifier as Lethe carries it: its ref to find it by, its sealed form to order by. */
export interface SealedIdentity {
  /** Identity type, as the catalog names it. Not personal data. */
  readonly type: string;
  /** `<pepperVersion>.<base64url HMAC-SHA-256>` of controller, type and normalised value. Personal data, pseudonymous. */
  readonly ref: string;
  /** The normalised value, sealed. Personal data, sealed. */
  readonly sealed: SealedIdentifier;
}

/** Discovery knows (more of) who the subject is and where data about the subject is held. Cumulative: each increment carries everything known then. Published by discovery, also when nothing was found. */
export interface SubjectLocated {
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Which increment of this request, counted from 1. Not personal data. */
  readonly increment: number;
  /** All identifiers of the subject known now, the requester's included. Personal data, sealed. */
  readonly identifiers: readonly SealedIdentity[];
  /** All places known now; empty when nothing was seen. Personal data. */
  readonly footprints: readonly Footprint[];
  /** True when everything that was published before the request was accepted has been read; a case cannot close before. Not personal data. */
  readonly complete: boolean;
  /** When discovery looked, in milliseconds since 1970. Not personal data. */
  readonly locatedAt: Date;
}

/** An operator looked for what Lethe holds about somebody. Published by the command line, before it looks; what was looked for is not in it. */
export interface SubjectLookedUp {
  /** The operator's account in the deployment; identifies staff. Personal data (of staff, not of a subject). */
  readonly actor: string;
  /** The subject request that it was for; null when there is none and the reason says why. Not personal data. */
  readonly requestId: string | null;
  /** A code that says why, e.g. ticket_4711; never free text about a person. Not personal data. */
  readonly reason: string;
  /** When, in milliseconds since 1970. Not personal data. */
  readonly lookedUpAt: Date;
}

/** A feed showed that a dataset holds data about somebody; repeats within a short window are merged into one. Published by intake. */
export interface SubjectObserved {
  /** The controller in whose name the data is held, as the catalog names it. Not personal data. */
  readonly controller: string;
  /** The feed that reported it, as the catalog names it. Not personal data. */
  readonly feed: string;
  /** The data holder, as the catalog names it. Not personal data. */
  readonly system: string;
  /** The dataset that holds the data, as the catalog names it. Not personal data. */
  readonly dataset: string;
  /** What happened to the data; of the latest event when several were merged. Not personal data. */
  readonly operation: Operation;
  /** The identifiers that the data is filed under; never empty. Personal data, sealed. */
  readonly identities: readonly ObservedIdentity[];
  /** True when the feed shows a relationship that the subject entered (sign-up, purchase, consent), not a mere copy of data. Not personal data. */
  readonly establishes: boolean;
  /** When the earliest of the merged events happened, in milliseconds since 1970; equals occurredAt when nothing was merged. Personal data. */
  readonly earliestOccurredAt: Date;
  /** When the latest of the merged events happened, in milliseconds since 1970; never later than reportedAt. Personal data. */
  readonly occurredAt: Date;
  /** The broker's append time of the upstream record (of the latest one when several were merged), in milliseconds since 1970. Not personal data. */
  readonly reportedAt: Date;
}

/** A subject request was checked and accepted; its duty runs. Published by intake. */
export interface SubjectRequestAccepted {
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among intake's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** The controller in whose name the data is held, as the catalog names it. Not personal data. */
  readonly controller: string;
  /** Which right is exercised. Not personal data. */
  readonly type: RequestType;
  /** Who asked, as a role. Not personal data. */
  readonly requester: Requester;
  /** Why the data has to go. Not personal data. */
  readonly ground: Ground;
  /** How much of the data the request is about. Not personal data. */
  readonly scope: Scope;
  /** The regulations whose duties apply, as the catalog names them; the earliest rules. Not personal data. */
  readonly regulations: readonly string[];
  /** The identifiers that the requester gave; never empty. Personal data, sealed. */
  readonly identities: readonly SealedIdentity[];
  /** When the request reached Lethe, in milliseconds since 1970; deadlines count from it. Not personal data. */
  readonly receivedAt: Date;
  /** When it was accepted, in milliseconds since 1970. Not personal data. */
  readonly acceptedAt: Date;
  /** By when the requester must be answered, in milliseconds since 1970. Not personal data. */
  readonly respondBy: Date;
}

/** A subject request was answered for good. Published by intake. */
export interface SubjectRequestCompleted {
  /** The subject request, a UUID; also the id of the case that it opened. Not personal data. */
  readonly requestId: string;
  /** Position of this fact among intake's facts about this request, counted from 1; by it repeats and gaps are found. Not personal data. */
  readonly sequence: number;
  /** How the erasure ended. Not personal data. */
  readonly outcome: ErasureOutcome;
  /** Every system that did not erase, or not everything, as the case said when it closed; empty when all did. Not personal data. */
  readonly exceptions: readonly ErasureException[];
  /** When the request was completed, in milliseconds since 1970. Not personal data. */
  readonly completedAt: Date;
}

/** Data about a person was written, deleted or listed in an upstream system. Published by the upstream systems, in clear. */
export interface UserEvent {
  /** Upstream's id of the event; the same event has the same id when it is sent again. Not personal data. */
  readonly eventId: string;
  /** The controller in whose name the data is held, as the catalog names it. Not personal data. */
  readonly controller: string;
  /** The upstream system that holds the data, as the catalog names it; with the dataset it names the feed. Not personal data. */
  readonly system: string;
  /** The dataset within the system, as the catalog names it. Not personal data. */
  readonly dataset: string;
  /** What happened to the data. Not personal data. */
  readonly operation: Operation;
  /** The identifiers that the data is filed under; may be empty. Personal data. */
  readonly identities: readonly Identity[];
  /** When it happened by upstream's clock, in milliseconds since 1970. Personal data. */
  readonly occurredAt: Date;
}

/** Every event by name. */
export interface Events {
  readonly CaseClosed: CaseClosed;
  readonly CaseOpened: CaseOpened;
  readonly DeadLetterRedriven: DeadLetterRedriven;
  readonly DeadLetterRevealed: DeadLetterRevealed;
  readonly ErasureAnswered: ErasureAnswered;
  readonly ErasureOrdered: ErasureOrdered;
  readonly FenceAdopted: FenceAdopted;
  readonly OrderAnswered: OrderAnswered;
  readonly OrderSent: OrderSent;
  readonly SchemaPublished: SchemaPublished;
  readonly SubjectLocated: SubjectLocated;
  readonly SubjectLookedUp: SubjectLookedUp;
  readonly SubjectObserved: SubjectObserved;
  readonly SubjectRequestAccepted: SubjectRequestAccepted;
  readonly SubjectRequestCompleted: SubjectRequestCompleted;
  readonly UserEvent: UserEvent;
}

/** The name of an event: its record type without the namespace. */
export type Named = keyof Events;

/** The events of these names, as a handler receives them. */
export type EventOf<N extends Named> = Events[N];

/** An event under its name, as a decider emits it and a decoder returns it: a discriminated union when `N` is one. */
export type NamedEvent<N extends Named = Named> = {
  readonly [K in N]: { readonly name: K; readonly event: Events[K] };
}[N];

/** All names, for tables and checks at run time. */
export const eventNames = [
  'CaseClosed',
  'CaseOpened',
  'DeadLetterRedriven',
  'DeadLetterRevealed',
  'ErasureAnswered',
  'ErasureOrdered',
  'FenceAdopted',
  'OrderAnswered',
  'OrderSent',
  'SchemaPublished',
  'SubjectLocated',
  'SubjectLookedUp',
  'SubjectObserved',
  'SubjectRequestAccepted',
  'SubjectRequestCompleted',
  'UserEvent',
] as const satisfies readonly Named[];
