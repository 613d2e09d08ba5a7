import type { Named } from './generated/events.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** 36 months: how long it must be possible to show what was done. */
const proofPeriod = 1_096 * day;

/** Broker settings of a topic, exactly as they are created and checked. */
type TopicConfigs = Readonly<Record<string, string>>;

interface Topic {
  /** The record types that may stand here. */
  readonly events: readonly Named[];
  /** Fixed at creation. */
  readonly partitions: number;
  /** What the record's key is. */
  readonly key: string;
  /** Written from outside Lethe: an unknown fingerprint never gets better here, elsewhere it is waited for. */
  readonly edge: boolean;
  /** Read by one of the four services, hence with a dead-letter topic beside it. */
  readonly consumed: boolean;
  readonly configs: TopicConfigs;
}

/**
 * Broker time on every topic of ours: by event time, old records would be deleted before they are read.
 * The bytes are gone at the latest retention + segment + the brokers' check interval + file delete delay after their append.
 */
const deleted = (retention: number, segment: number): TopicConfigs => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(retention),
  'segment.ms': String(segment),
  'file.delete.delay.ms': String(minute),
  'message.timestamp.type': 'LogAppendTime',
});

/** Only for topics without identifiers whose newest value per key is the whole truth. */
const compacted: TopicConfigs = { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' };

/** Every topic of Lethe under the default prefix; `*` stands for a system of the catalog. */
export const topics = {
  'lethe.user-events': {
    events: ['UserEvent'],
    partitions: 6,
    key: "upstream's choice",
    edge: true,
    consumed: true,
    configs: deleted(24 * hour, hour),
  },
  'lethe.observations': {
    events: ['SubjectObserved'],
    partitions: 6,
    key: 'ref of the first identity that links, else of the first',
    edge: false,
    consumed: true,
    configs: deleted(7 * day, day),
  },
  'lethe.requests': {
    events: ['SubjectRequestAccepted', 'SubjectRequestCompleted'],
    partitions: 6,
    key: 'request id',
    edge: false,
    consumed: true,
    configs: deleted(7 * day, day),
  },
  'lethe.footprints': {
    events: ['SubjectLocated'],
    partitions: 6,
    key: 'request id',
    edge: false,
    consumed: true,
    configs: deleted(7 * day, day),
  },
  'lethe.erasure-orders.*': {
    events: ['ErasureOrdered'],
    partitions: 6,
    key: 'order id',
    edge: false,
    consumed: false,
    configs: deleted(6 * hour, hour),
  },
  'lethe.answers.*': {
    events: ['ErasureAnswered'],
    partitions: 6,
    key: 'request id',
    edge: true,
    consumed: true,
    configs: deleted(30 * day, day),
  },
  'lethe.case-events': {
    events: ['CaseOpened', 'OrderSent', 'OrderAnswered', 'CaseClosed'],
    partitions: 6,
    key: 'request id',
    edge: false,
    consumed: true,
    configs: deleted(proofPeriod, 7 * day),
  },
  'lethe.operator-events': {
    events: ['SubjectLookedUp', 'DeadLetterRevealed', 'DeadLetterRedriven', 'FenceAdopted'],
    partitions: 6,
    key: 'actor',
    edge: false,
    consumed: true,
    configs: deleted(proofPeriod, 7 * day),
  },
  'lethe.schemas': {
    events: ['SchemaPublished'],
    partitions: 6,
    key: 'fingerprint',
    edge: false,
    consumed: false,
    configs: compacted,
  },
  /** Never written: partition 0 is the address under which the relays keep their position as a committed offset. */
  'lethe.relay-positions': {
    events: [],
    partitions: 1,
    key: 'none',
    edge: false,
    consumed: false,
    configs: deleted(7 * day, 7 * day),
  },
} as const satisfies Readonly<Record<`lethe.${string}`, Topic>>;

/** What stands beside every consumed topic: sealed raw bytes and their reason. One partition keeps them in order. */
export const deadLetters = {
  partitions: 1,
  key: 'ref or none',
  configs: deleted(14 * day, day),
} as const;

/** The names of the events of each topic. */
export type Topics = { readonly [T in keyof typeof topics]: (typeof topics)[T]['events'][number] };

/** A topic as the table names it, e.g. `lethe.answers.*`. */
export type TopicPattern = keyof Topics;
