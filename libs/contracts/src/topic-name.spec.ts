import { describe, expect, it } from '@jest/globals';
import { ContractError } from './errors.ts';
import { eventNames } from './generated/events.ts';
import { deadLetterTopic, parseTopicName, topicName, topicSpecs } from './topic-name.ts';
import { topics } from './topics.ts';
import type { TopicPattern, Topics } from './topics.ts';

const patterns = Object.keys(topics) as readonly TopicPattern[];
const day = 86_400_000;

describe('topic names', () => {
  it.each(patterns)('%s under a prefix leads back to itself, its dead letters too', (topic) => {
    const system = topic.endsWith('*') ? 'sales' : undefined;
    for (const prefix of ['lethe', 'test7', 'a.b']) {
      const name = topicName(prefix, topic, system);
      expect(name.startsWith(`${prefix}.`)).toBe(true);
      expect(parseTopicName(prefix, name)).toEqual({ topic, system, deadLetter: false });
      expect(parseTopicName(prefix, deadLetterTopic(name))).toEqual({ topic, system, deadLetter: true });
      expect(parseTopicName('other', name)).toBeUndefined();
    }
  });

  it('are what the design says', () => {
    expect(topicName('lethe', 'lethe.user-events')).toBe('lethe.user-events');
    expect(topicName('test7', 'lethe.erasure-orders.*', 'sales')).toBe('test7.erasure-orders.sales');
    expect(deadLetterTopic('lethe.answers.sales')).toBe('lethe.answers.sales.dead-letter');
  });

  it.each<[TopicPattern, string | undefined]>([
    ['lethe.answers.*', undefined],
    ['lethe.answers.*', ''],
    ['lethe.answers.*', 'sales.dead-letter'],
    ['lethe.answers.*', 'a b'],
    ['lethe.answers.*', '*'],
    ['lethe.answers.*', 'x'.repeat(230)],
    ['lethe.requests', 'sales'],
  ])('refuses %s with the system %s', (pattern, system) => {
    expect(() => topicName('lethe', pattern, system)).toThrow(ContractError);
  });

  it.each([
    'lethe.answers.*',
    'lethe.answers.',
    'lethe.answers.a.b',
    'lethe.answers',
    'lethe',
    'lethe.unknown',
    'lethe-2.requests',
  ])('does not know %s', (name) => {
    expect(parseTopicName('lethe', name)).toBeUndefined();
  });
});

describe('the topic table', () => {
  it('gives every event one topic', () => {
    const listed = patterns.flatMap((pattern): readonly string[] => topics[pattern].events);
    expect([...listed].sort()).toEqual([...eventNames].sort());
  });

  it('has broker time on every topic, dead letters included', () => {
    for (const { configs } of topicSpecs('lethe', ['sales'])) {
      expect(configs['message.timestamp.type']).toBe('LogAppendTime');
    }
  });

  it('ends identifiers on topics by time, not later than promised', () => {
    const bound = (name: string): number => {
      const configs = topicSpecs('lethe', ['sales']).find((spec) => spec.name === name)?.configs;
      expect(configs?.['cleanup.policy']).toBe('delete');
      return (
        Number(configs?.['retention.ms']) + Number(configs?.['segment.ms']) + Number(configs?.['file.delete.delay.ms'])
      );
    };
    const minutes = 10 * 60_000;
    expect(bound('lethe.erasure-orders.sales')).toBeLessThan(7 * 3_600_000 + minutes);
    for (const name of ['lethe.observations', 'lethe.requests', 'lethe.footprints']) {
      expect(bound(name)).toBeLessThan(8 * day + minutes);
    }
    expect(bound('lethe.observations.dead-letter')).toBeLessThan(15 * day + minutes);
  });

  it('compacts nothing but schemas', () => {
    const compacted = patterns.filter((pattern) => topics[pattern].configs['cleanup.policy'] === 'compact');
    expect(compacted).toEqual(['lethe.schemas']);
  });

  it('becomes one concrete topic per system, with dead letters beside what is consumed', () => {
    const names = topicSpecs('t', ['sales', 'returns']).map(({ name }) => name);
    expect(names).toEqual([
      't.user-events',
      't.user-events.dead-letter',
      't.observations',
      't.observations.dead-letter',
      't.requests',
      't.requests.dead-letter',
      't.footprints',
      't.footprints.dead-letter',
      't.erasure-orders.sales',
      't.erasure-orders.returns',
      't.answers.sales',
      't.answers.sales.dead-letter',
      't.answers.returns',
      't.answers.returns.dead-letter',
      't.case-events',
      't.case-events.dead-letter',
      't.operator-events',
      't.operator-events.dead-letter',
      't.schemas',
      't.relay-positions',
    ]);
  });

  it('types the events of a topic', () => {
    const published: Topics['lethe.requests'] = 'SubjectRequestAccepted';
    // @ts-expect-error an event of another topic
    const wrong: Topics['lethe.requests'] = 'SubjectLocated';
    expect([published, wrong]).toHaveLength(2);
  });
});
