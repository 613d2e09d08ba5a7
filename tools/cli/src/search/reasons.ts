/**
 * Where an identifier may stand, in which form, why, whose it is and until when: the one table, out of docs/design.md
 * (Promises 5 and 6, Topics, Lethe's own data) and docs/bus.md (Topics). What has no row is unexpected. Pure.
 */
import { deadLetters, type TopicPattern, topics } from '@lethe/contracts';
import type { Form } from './spellings.ts';

export interface Reason {
  /** `Place.kind`. */
  readonly kind: string;
  readonly forms: readonly Form[];
  readonly why: string;
  readonly whose: string;
  readonly until: string;
}

const minute = 60_000;
/** The brokers' default for log.retention.check.interval.ms. */
const CHECK_MS = 5 * minute;

/** The bound on bytes (docs/bus.md, Topics): retention + segment + the brokers' check + their delay. */
function gone(configs: Readonly<Record<string, string>>): string {
  const of = (name: string): number => Number(configs[name] ?? 0);
  const ms = of('retention.ms') + of('segment.ms') + of('file.delete.delay.ms') + CHECK_MS;
  const hours = Math.ceil(ms / (60 * minute) - 0.5);
  return hours < 48 ? `${hours} h` : `${Math.ceil(hours / 24 - 0.5)} d`;
}

const inFiles =
  "a broker's files of such a topic, which go as a whole, also with records that nobody is shown any more";

const onTopic = (
  topic: TopicPattern | 'dead-letter',
  forms: readonly Form[],
  about: Pick<Reason, 'why' | 'whose'>,
  since = 'it was appended',
): readonly Reason[] => {
  const configs = topic === 'dead-letter' ? deadLetters.configs : topics[topic].configs;
  const until = `at most ${gone(configs)} after ${since}`;
  return [
    { kind: `topic ${topic}`, forms, ...about, until },
    { kind: `segment ${topic}`, forms, ...about, why: inFiles, until },
  ];
};

const sealedRefs: readonly Form[] = ['ref', 'sealed'];
const lethe = "Lethe's";

const indexed = (collection: string, forms: readonly Form[], what: string): Reason => ({
  kind: `store discovery.${collection}`,
  forms,
  why: `discovery's index: ${what}`,
  whose: lethe,
  until: 'while the dataset is kept; a closed case does not erase it yet',
});

const stores: readonly Reason[] = [
  indexed('identities', sealedRefs, 'the identifier was seen; orders are made from its box'),
  indexed('links', ['ref'], 'a feed verified it together with another identifier'),
  indexed('footprints', ['ref'], 'a dataset was seen to hold it, first and last day'),
  {
    kind: 'store discovery.erasure-register',
    forms: ['register hash'],
    why: 'the erasure register: data that turns up again is known for what it is',
    whose: lethe,
    until: "the register's own period",
  },
  {
    kind: 'store discovery.locations',
    forms: sealedRefs,
    why: 'a location that is open: what was found so far',
    whose: lethe,
    until: 'its case closes',
  },
  {
    kind: 'store erasure.erasure-cases',
    forms: sealedRefs,
    why: 'a case that is open: whom its orders are about',
    whose: lethe,
    until: 'it closes',
  },
  ...(['intake', 'discovery', 'erasure', 'audit'] as const).map((service) => ({
    kind: `store ${service}.outbox`,
    // Audit says nothing about anybody; what it cannot read goes, sealed, to dead letters.
    forms: service === 'audit' ? (['sealed'] as const) : sealedRefs,
    why: 'decided and not published yet',
    whose: lethe,
    until: 'it is published: moments, while Kafka answers',
  })),
];

/** The database's log repeats every write to a store, and forgets by size and age, not by case. */
const ofOplog = (reason: Reason): Reason => ({
  ...reason,
  kind: reason.kind.replace('store ', 'oplog '),
  why: "the database's log of writes: what its stores held before",
  whose: "Lethe's, in the database's keeping",
  until: 'that log is full and overwrites it',
});

export const reasons: readonly Reason[] = [
  ...onTopic('lethe.user-events', ['clear'], {
    why: 'the feed, as upstream wrote it',
    whose: "the feed owner's",
  }),
  ...onTopic(
    'lethe.erasure-orders.*',
    ['clear'],
    { why: 'the order: this one team has to know whom to erase', whose: "that team's" },
    'the last publication',
  ),
  ...onTopic('lethe.observations', sealedRefs, { why: 'intake told discovery where it was seen', whose: lethe }),
  ...onTopic('lethe.requests', sealedRefs, { why: 'the request, as the subject made it', whose: lethe }),
  ...onTopic('lethe.footprints', sealedRefs, { why: 'discovery told erasure who the subject is', whose: lethe }),
  ...onTopic('dead-letter', ['sealed'], {
    why: 'a record that could not be handled, for an operator to look at',
    whose: lethe,
  }),
  ...stores,
  ...stores.map(ofOplog),
];

const byKind = new Map(reasons.map((reason) => [reason.kind, reason]));

/** Null: it is unexpected there. */
export function reasonFor(kind: string, form: Form): Reason | null {
  const reason = byKind.get(kind);
  return reason?.forms.includes(form) === true ? reason : null;
}
