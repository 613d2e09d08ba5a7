import { describe, expect, it } from '@jest/globals';
import type { ConsumerStatus } from '@lethe/bus';
import { type HealthFacts, liveness, readiness, startup } from './health.ts';

const consumer: ConsumerStatus = {
  joined: true,
  assigned: [],
  idleMs: 5,
  halted: [],
  paused: [],
  commitErrors: 0,
  dead: null,
};
const well: HealthFacts = {
  started: true,
  draining: false,
  consumer,
  relay: { leading: false, halted: null },
  outbox: { events: 3, oldestMs: 10 },
  congested: false,
  storeSilentMs: 300,
  kafkaAnsweringMs: 70_000,
  kafkaSilentMs: 0,
  clockOffMs: 200,
};

describe('health', () => {
  it('is well when all is well, also for a service that hears nothing', () => {
    expect(readiness(well)).toEqual({ ok: true, problems: [] });
    expect(readiness({ ...well, consumer: null, relay: null, clockOffMs: null })).toEqual({ ok: true, problems: [] });
  });

  it('is alive while it only waits: starting, joining, halted, behind', () => {
    const waiting = { ...consumer, joined: false, idleMs: Infinity, halted: [halted] };
    expect(liveness({ ...well, started: false, consumer: waiting }).ok).toBe(true);
  });

  it('is not alive when nothing was fetched and no heartbeat was sent for a minute, while Kafka answered others', () => {
    const silent = { ...well, consumer: { ...consumer, idleMs: 60_001 } };
    expect(liveness(silent).problems).toEqual([
      'Kafka answers, but nothing was fetched and no heartbeat was sent for 60 s',
    ]);
    expect(liveness({ ...silent, kafkaAnsweringMs: 60_000 }).ok).toBe(true);
    expect(liveness({ ...well, consumer: { ...consumer, idleMs: 60_000 } }).ok).toBe(true);
  });

  it('is not alive from one answer of Kafka to the next, however seldom it is asked', () => {
    for (const passed of [1, 30_000, 59_999]) {
      const silent = { ...well, kafkaSilentMs: passed, consumer: { ...consumer, idleMs: 60_001 + passed } };
      expect(liveness(silent).ok).toBe(false);
    }
  });

  it('is alive when Kafka went away together with the consumer, before anybody asked again', () => {
    for (const passed of [60_001, 119_999]) {
      const away = { ...well, kafkaSilentMs: passed, consumer: { ...consumer, idleMs: passed + 5_000 } };
      expect(liveness(away).ok).toBe(true);
    }
  });

  it.each<[string, HealthFacts]>([
    ['the database', { ...well, storeSilentMs: 3_600_000 }],
    ['Kafka', { ...well, kafkaAnsweringMs: 0, consumer: { ...consumer, joined: false, idleMs: 3_600_000 } }],
  ])('is alive however long %s is away: a restart would cure nothing', (_server, facts) => {
    expect(liveness(facts)).toEqual({ ok: true, problems: [] });
    expect(readiness(facts).ok).toBe(false);
  });

  it('has started once, whatever comes later', () => {
    expect(startup({ started: false })).toEqual({ ok: false, problems: ['still starting'] });
    expect(startup({ started: true }).ok).toBe(true);
  });

  it('is not alive when the consumer has given up', () => {
    expect(liveness({ ...well, consumer: { ...consumer, dead: new Error('gone') } }).ok).toBe(false);
  });

  it.each<[string, HealthFacts, RegExp]>([
    ['it starts', { ...well, started: false }, /^still starting$/],
    ['it drains', { ...well, draining: true }, /^draining$/],
    ['it has not joined', { ...well, consumer: { ...consumer, joined: false } }, /^not in the consumer group yet$/],
    ['the relay stands still', { ...well, relay: { leading: false, halted: 'behind what was cleared' } }, /^behind/],
    ['changes stay unpublished', { ...well, outbox: { events: 1, oldestMs: 31_000 } }, /waits for 31 s$/],
    ['the database is away', { ...well, storeSilentMs: 5_001 }, /^the database has not answered for 5 s$/],
    [
      'Kafka is away',
      { ...well, kafkaAnsweringMs: 0, consumer: { ...consumer, idleMs: 99_000 } },
      /^Kafka has not answered the consumer for 99 s$/,
    ],
    ['too much waits', { ...well, congested: true }, /^too much waits to be published: 3 events$/],
    ['its clock is behind', { ...well, clockOffMs: -31_000 }, /-31 s off the database's$/],
    ['its clock is ahead', { ...well, clockOffMs: 31_000 }, /31 s off the database's$/],
  ])('is not ready while %s', (_why, facts, says) => {
    const { ok, problems } = readiness(facts);
    expect(ok).toBe(false);
    expect(problems).toEqual([expect.stringMatching(says)]);
  });

  it('names the case of every halted partition, and lists all problems at once', () => {
    const facts = { ...well, draining: true, consumer: { ...consumer, halted: [halted, { ...halted, partition: 1 }] } };
    expect(readiness(facts).problems).toEqual([
      'draining',
      'topic_replaced: t/0: topic replaced',
      'topic_replaced: t/0: topic replaced',
    ]);
  });
});

const halted = { topic: 't', partition: 0, code: 'topic_replaced', message: 't/0: topic replaced' };
