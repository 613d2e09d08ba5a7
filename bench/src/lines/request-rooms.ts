/** The floor of whole requests: rooms that pass on what our services passed on, and write what they wrote. */
import { type Named, type TopicPattern, topicName } from '@lethe/contracts';
import type { Bench } from '../bench.ts';
import { systems } from '../members.ts';
import type { Effect, Hearing, Message, RoomPlan, Says, Writes } from '../raw/room.ts';
import type { Arrival } from '../capture.ts';

export interface Prefixes {
  readonly ours: string;
  readonly floor: string;
}

/** What ours left on the topics in this round: `topic of ours` -> messages. */
export type Left = ReadonlyMap<string, readonly Arrival[]>;

/** Every topic that a request touches. */
export const requestTopics = (prefix: string): readonly string[] => [
  ...(['lethe.requests', 'lethe.footprints', 'lethe.case-events'] as const).map((each) => topicName(prefix, each)),
  ...systems.flatMap((system) => [
    topicName(prefix, 'lethe.erasure-orders.*', system),
    topicName(prefix, 'lethe.answers.*', system),
  ]),
];

/** @param ids of the requests that ours completed in this round */
export function requestRooms(
  { servers: { brokers, mongodb } }: Bench,
  { ours, floor }: Prefixes,
  left: Left,
  ids: readonly string[],
): readonly RoomPlan[] {
  const says = (
    pattern: TopicPattern,
    events: readonly Named[],
    pick: Says['pick'] = 'key',
    system?: string,
  ): Says => ({
    topic: topicName(floor, pattern, system),
    messages: (left.get(topicName(ours, pattern, system)) ?? []).filter(({ event }) =>
      events.includes(event),
    ) satisfies readonly Message[],
    pick,
  });
  const hears = (pattern: TopicPattern, event: Named, effect: Partial<Effect>, system?: string): Hearing => ({
    ...{ topic: topicName(floor, pattern, system), event, writes: [], says: [], ...effect },
  });
  const keyed = (collection: string, field = '_id'): Writes => ({ collection, pick: { field } });
  const facts = ['CaseOpened', 'OrderSent', 'OrderAnswered', 'CaseClosed'] as const;
  const load = (collection: string, field = '_id') => ({ collection, filter: { [field]: { $in: [...ids] } } });

  const record = [keyed('subject-requests')];
  const intake: RoomPlan = {
    ...{ brokers, mongodb, name: `${floor}-intake` },
    store: { from: `${ours}-intake`, load: [load('subject-requests')] },
    accepts: {
      writes: record,
      says: says('lethe.requests', ['SubjectRequestAccepted'], 'next'),
    },
    hears: facts.map((fact) =>
      hears('lethe.case-events', fact, {
        writes: record,
        says: fact === 'CaseClosed' ? [says('lethe.requests', ['SubjectRequestCompleted'])] : [],
      }),
    ),
  };

  const location = [keyed('locations'), keyed('erasure-register', 'requestId')];
  const discovery: RoomPlan = {
    ...{ brokers, mongodb, name: `${floor}-discovery`, accepts: null },
    store: { from: `${ours}-discovery`, load: [load('locations'), load('erasure-register', 'requestId')] },
    hears: [
      hears('lethe.requests', 'SubjectRequestAccepted', {
        writes: location,
        says: [says('lethe.footprints', ['SubjectLocated'])],
      }),
      hears('lethe.case-events', 'OrderSent', { writes: location }),
      hears('lethe.case-events', 'CaseClosed', { writes: [keyed('locations')] }),
    ],
  };

  const theCase = [keyed('erasure-cases')];
  const located = { ...hears('lethe.footprints', 'SubjectLocated', { writes: theCase }) };
  const orders = systems.map((system) => says('lethe.erasure-orders.*', ['ErasureOrdered'], 'key', system));
  const erasure: RoomPlan = {
    ...{ brokers, mongodb, name: `${floor}-erasure`, accepts: null },
    store: { from: `${ours}-erasure`, load: [load('erasure-cases')] },
    hears: [
      hears('lethe.requests', 'SubjectRequestAccepted', { writes: theCase }),
      located,
      { ...located, after: 1, writes: [], says: [says('lethe.case-events', ['CaseOpened', 'OrderSent']), ...orders] },
      ...systems.flatMap((system) => {
        const answered = hears('lethe.answers.*', 'ErasureAnswered', { writes: theCase }, system);
        const last = says('lethe.case-events', ['OrderAnswered', 'CaseClosed']);
        return [answered, { ...answered, after: systems.length, writes: [], says: [last] }];
      }),
    ],
  };

  const entry = [{ collection: 'entries', pick: { next: 1 } }, keyed('cases')] as const;
  const audit: RoomPlan = {
    ...{ brokers, mongodb, name: `${floor}-audit`, accepts: null },
    store: { from: `${ours}-audit`, load: [load('entries', 'case'), load('cases')] },
    hears: [
      hears('lethe.requests', 'SubjectRequestAccepted', { writes: entry }),
      hears('lethe.requests', 'SubjectRequestCompleted', { writes: entry }),
      ...facts.map((fact) => hears('lethe.case-events', fact, { writes: entry })),
    ],
  };

  const teams: RoomPlan = {
    ...{ brokers, mongodb, name: `${floor}-teams`, store: null, accepts: null },
    hears: systems.map((system) =>
      hears(
        'lethe.erasure-orders.*',
        'ErasureOrdered',
        { says: [says('lethe.answers.*', ['ErasureAnswered'], 'key', system)] },
        system,
      ),
    ),
  };
  return [intake, discovery, erasure, audit, teams];
}
