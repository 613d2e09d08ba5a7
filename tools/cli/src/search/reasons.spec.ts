import { describe, expect, it } from '@jest/globals';
import { topicName, type TopicPattern, topics } from '@lethe/contracts';
import { oplogPlace, storePlace, topicPlace } from './places.ts';
import { reasonFor, reasons } from './reasons.ts';
import type { Form } from './spellings.ts';

const forms: readonly Form[] = ['clear', 'ref', 'register hash', 'sealed', 'digest'];
const allowed = (kind: string): readonly Form[] => forms.filter((form) => reasonFor(kind, form) !== null);

describe('the table of reasons', () => {
  it.each<[TopicPattern, readonly Form[]]>([
    ['lethe.user-events', ['clear']],
    ['lethe.erasure-orders.*', ['clear']],
    ['lethe.observations', ['ref', 'sealed']],
    ['lethe.requests', ['ref', 'sealed']],
    ['lethe.footprints', ['ref', 'sealed']],
    ['lethe.answers.*', []],
    ['lethe.case-events', []],
    ['lethe.operator-events', []],
    ['lethe.schemas', []],
    ['lethe.relay-positions', []],
  ])('allows on %s: %j, and the same in its files', (pattern, expected) => {
    const name = topicName('test7', pattern, pattern.endsWith('*') ? 'desk' : undefined);
    expect(allowed(topicPlace('test7', name).kind)).toEqual(expected);
    expect(allowed(topicPlace('test7', name, 'segment').kind)).toEqual(expected);
  });

  it('knows every topic of the table', () => {
    const listed = Object.keys(topics).length;
    expect(listed).toBe(10);
  });

  it('allows in dead letters what is sealed, and on a topic that no table names nothing', () => {
    expect(allowed(topicPlace('lethe', 'lethe.user-events.dead-letter').kind)).toEqual(['sealed']);
    expect(allowed(topicPlace('lethe', 'lethe.answers.desk.dead-letter').kind)).toEqual(['sealed']);
    expect(allowed(topicPlace('lethe', 'lethe.backup').kind)).toEqual([]);
  });

  it.each<[string, string, readonly Form[]]>([
    ['discovery', 'identities', ['ref', 'sealed']],
    ['discovery', 'links', ['ref']],
    ['discovery', 'footprints', ['ref']],
    ['discovery', 'erasure-register', ['register hash']],
    ['discovery', 'locations', ['ref', 'sealed']],
    ['erasure', 'erasure-cases', ['ref', 'sealed']],
    ['intake', 'outbox', ['ref', 'sealed']],
    ['discovery', 'outbox', ['ref', 'sealed']],
    ['erasure', 'outbox', ['ref', 'sealed']],
    ['audit', 'outbox', ['sealed']],
    ['intake', 'subject-requests', []],
    ['audit', 'entries', []],
    ['audit', 'cases', []],
    ['erasure', 'relay', []],
    ['elsewhere', 'identities', []],
  ])("allows in %s's %s: %j, and the same in the database's log of writes", (service, collection, expected) => {
    expect(allowed(storePlace(service, `lethe-${service}`, collection, undefined).kind)).toEqual(expected);
    expect(allowed(oplogPlace(service, `lethe-${service}`, collection).kind)).toEqual(expected);
  });

  it('allows nothing in a record that has ended, and nothing in a log', () => {
    expect(allowed(storePlace('erasure', 'lethe-erasure', 'erasure-cases', 'erasing').kind)).toEqual(['ref', 'sealed']);
    expect(allowed(storePlace('erasure', 'lethe-erasure', 'erasure-cases', 'closed').kind)).toEqual([]);
    expect(allowed(storePlace('discovery', 'lethe-discovery', 'locations', 'ended').kind)).toEqual([]);
    expect(allowed('log')).toEqual([]);
  });

  it('says clear of the two places alone that the outside puts or needs', () => {
    const clear = reasons.filter((row) => row.forms.includes('clear')).map(({ kind }) => kind);
    expect(clear).toEqual([
      'topic lethe.user-events',
      'segment lethe.user-events',
      'topic lethe.erasure-orders.*',
      'segment lethe.erasure-orders.*',
    ]);
  });

  it('says until when, by the settings with which topics are made', () => {
    const untilOf = (kind: string): string | undefined => reasons.find((row) => row.kind === kind)?.until;
    // docs/bus.md: "for orders 1 h + 6 h + 5 min + 1 min, about 7 h after the last publication"
    expect(untilOf('topic lethe.erasure-orders.*')).toBe('at most 7 h after the last publication');
    expect(untilOf('topic lethe.user-events')).toBe('at most 25 h after it was appended');
    // docs/design.md: "ends on day 8 and day 15"
    expect(untilOf('topic lethe.observations')).toBe('at most 8 d after it was appended');
    expect(untilOf('topic dead-letter')).toBe('at most 15 d after it was appended');
  });

  it('has one row for a place', () => {
    const kinds = reasons.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { why, whose, until } of reasons) for (const text of [why, whose, until]) expect(text).toMatch(/\w/);
  });
});
