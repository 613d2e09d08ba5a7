/** The table of bad input on the feed, on a real topic of a real process: one outcome each, and the partition goes on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetterNotes, type OutgoingRecord, readDeadLetter } from '@lethe/bus';
import { deadLetterTopic, cloudEventHeaders, encodeEvent, type UserEvent } from '@lethe/contracts';
import { developmentKeys, sealerOf } from '@lethe/identity';
import { waitFor } from '@lethe/testkit';
import { customer, email, givenUserEvent } from '../intake.given.ts';
import { type RunningIntake, runningIntake } from '../running-intake.given.ts';

/** Part of every identifier, key and header that is fed in. */
const mark = `canary${randomUUID().slice(0, 8)}`;
const sealer = sealerOf(developmentKeys());

describe('the feed', () => {
  let intake: RunningIntake;
  const key = `${mark}-key`; // one key, so that all of it is one partition

  beforeAll(async () => {
    intake = await runningIntake({ env: { LETHE_COALESCE_MS: '1000' } });
  }, 120_000);
  afterAll(async () => {
    await intake[Symbol.asyncDispose]();
  });

  const raw = (value: Buffer | null): OutgoingRecord => ({
    topic: intake.topic('lethe.user-events'),
    key,
    value,
    headers: {
      ...cloudEventHeaders({ id: `${mark}-id`, type: 'UserEvent', source: `/${mark}`, time: new Date() }),
      'x-customer': mark,
    },
  });
  const record = (changes: Partial<UserEvent> = {}): OutgoingRecord =>
    raw(encodeEvent('UserEvent', givenUserEvent({ identities: [customer(`${mark}-c`)], ...changes })));
  const publish = async (records: readonly OutgoingRecord[]): Promise<void> => {
    const producer = await intake.bus.producer('feed');
    try {
      await producer.send(records);
    } finally {
      await producer.close();
    }
  };
  const letters = () => intake.read(deadLetterTopic(intake.topic('lethe.user-events')));
  const passedOver = (): Promise<unknown> =>
    waitFor(
      async () => {
        const topic = intake.topic('lethe.user-events');
        const ends = await intake.bus.endOffsets([topic]);
        const committed = await intake.bus.committedOffsets(`${intake.prefix}-intake`, [topic]);
        return ends.every(
          ({ partition, offset }) =>
            offset === 0 || committed.some((each) => each.partition === partition && each.offset >= offset),
        );
      },
      { what: 'intake to have passed over everything', timeoutMs: 60_000 },
    );
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${intake.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };

  it('has one outcome for each kind of bad input, and goes on', async () => {
    const unknownFingerprint = Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.alloc(8, 7), Buffer.from(mark)]);
    const whole = encodeEvent('UserEvent', givenUserEvent({ identities: [customer(mark)] }));
    const stray = encodeEvent('SchemaPublished', { fingerprint: '0'.repeat(16), name: mark, schema: mark });
    const bad: readonly (readonly [OutgoingRecord, string])[] = [
      [raw(Buffer.from(`${mark} is no event`)), 'undecodable'],
      [raw(null), 'undecodable'],
      [raw(whole.subarray(0, whole.length - 3)), 'undecodable'],
      [raw(Buffer.concat([whole, Buffer.from(mark)])), 'undecodable'],
      [raw(unknownFingerprint), 'unknown_fingerprint'],
      [raw(stray), 'unexpected_event'],
      [record({ system: '' }), 'empty_system'],
      [record({ system: mark }), 'unknown_feed'],
      [record({ controller: mark }), 'unknown_controller'],
      [record({ identities: [{ type: mark, value: mark }] }), 'unknown_identity_type'],
      [record({ identities: [{ type: 'phone', value: mark }] }), 'undeclared_identity_type'],
      [record({ identities: [email(mark)] }), 'invalid_identity'],
      [
        record({ identities: Array.from({ length: 10_000 }, (_, i) => customer(`${mark}-${i}`)) }),
        'too_many_identities',
      ],
      [record({ identities: [customer(mark.repeat(70_000).slice(0, 1_000_000))] }), 'invalid_identity'],
      // The most that a broker takes in one record, by default 1,048,588 bytes with everything around it.
      [record({ identities: [customer(mark.repeat(80_000).slice(0, 1_048_000))] }), 'invalid_identity'],
    ];
    await publish([record(), ...bad.map(([each]) => each), record({ identities: [email(`${mark}@example.com`)] })]);
    await passedOver();

    const found = await letters();
    expect(found.map(({ headers }) => headers['lethe-reason'])).toEqual(bad.map(([, reason]) => reason));
    const observed = await intake.events('lethe.observations');
    expect(observed).toHaveLength(2);
    expect(await metric('lethe_dead_letters_total')).toBe(bad.length);
    // What was refused is whole: an operator who may can look at it and send it again.
    const first = found[0];
    if (first === undefined) throw new Error('no dead letter');
    const { record: original } = readDeadLetter(first, (sealed) => sealer.openBytes(sealed));
    expect(original).toMatchObject({ key, value: Buffer.from(`${mark} is no event`) });
    expect(deadLetterNotes(first)).toMatchObject({ offset: 1, group: `${intake.prefix}-intake` });
  }, 90_000);

  it('drops and counts what names nobody, and clamps what claims to be later than now', async () => {
    const before = (await letters()).length;
    const [blocked, unattributed] = [
      await metric('lethe_identities_blocked_total'),
      await metric('lethe_events_dropped_total'),
    ];
    await publish([
      record({ identities: [customer('till'), email(`${mark}-2@example.com`)] }),
      record({ identities: [customer('null')] }),
      record({ identities: [] }),
      record({ identities: [email(`${mark}-9999@example.com`)], occurredAt: new Date('9999-12-31T23:59:59.999Z') }),
    ]);
    await passedOver();

    expect(await letters()).toHaveLength(before);
    expect((await metric('lethe_identities_blocked_total')) - blocked).toBe(2);
    expect((await metric('lethe_events_dropped_total')) - unattributed).toBe(2);
    const clamped = (await intake.events('lethe.observations')).flatMap(({ name, event }) =>
      name === 'SubjectObserved' && event.occurredAt > new Date('2026-04-01') ? [event] : [],
    );
    expect(clamped).toHaveLength(1);
    expect(clamped[0]?.occurredAt).toEqual(clamped[0]?.reportedAt);
  }, 60_000);

  it('merges repeats and loses none of their times', async () => {
    const value = `${mark}-again@example.com`;
    const days = [20, 3, 27, 11, 9];
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    await publish([record({ identities: [email(value)], occurredAt: at(15) })]);
    await passedOver();
    for (const day of days) await publish([record({ identities: [email(value)], occurredAt: at(day) })]);
    await passedOver();

    const mine = (await intake.events('lethe.observations')).flatMap(({ name, event }) =>
      name === 'SubjectObserved' && event.identities.some((each) => sealer.open('acme', each) === value) ? [event] : [],
    );
    const times = mine.flatMap(({ earliestOccurredAt, occurredAt }) => [earliestOccurredAt, occurredAt]);
    expect(times.reduce((a, b) => (b < a ? b : a))).toEqual(at(3));
    expect(times.reduce((a, b) => (b > a ? b : a))).toEqual(at(27));
    expect(mine.length).toBeLessThanOrEqual(1 + days.length);
  }, 60_000);

  it('leaves no identifier anywhere but in sealed boxes', async () => {
    expect(await intake.whereIs(mark)).toEqual([]);
  }, 60_000);
});
