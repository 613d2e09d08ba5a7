import { describe, expect, it } from '@jest/globals';
import { TerminalError } from '@lethe/bus';
import { type Emitted, mostIdentities, type UserEvent } from '@lethe/contracts';
import { appendedAt, customer, email, givenIntake, givenUserEvent } from '../intake.given.ts';
import { identitiesBlocked } from '../metrics.ts';
import { observe } from './user-event.ts';

const intake = givenIntake();

function passed(changes: Partial<UserEvent> = {}): Emitted<'SubjectObserved'> {
  const outcome = observe(givenUserEvent(changes), intake);
  if ('drop' in outcome) throw new Error(`dropped: ${outcome.drop}`);
  return outcome.pass;
}

/** The code of the dead letter that the event becomes; no word of it may say what the event held. */
function refusal(changes: Partial<UserEvent>): string {
  try {
    observe(givenUserEvent(changes), intake);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    expect(error.message).not.toMatch(/marked/i);
    return error.code;
  }
  throw new Error('was not refused');
}

describe('a user event becomes an observation', () => {
  it('of the feed that the catalog names, with sealed identities', () => {
    const observed = passed();
    expect(observed).toMatchObject({
      event: 'SubjectObserved',
      controller: 'acme',
      feed: 'crm/contacts',
      system: 'crm',
      dataset: 'contacts',
      operation: 'upsert',
      establishes: true,
      earliestOccurredAt: new Date('2026-03-09T08:00:00.000Z'),
      occurredAt: new Date('2026-03-09T08:00:00.000Z'),
      reportedAt: appendedAt,
    });
    expect(observed.identities.map(({ type, links }) => ({ type, links }))).toEqual([
      { type: 'customer_id', links: true },
      { type: 'email', links: true },
    ]);
    expect(observed.identities.map((identity) => intake.sealer.open('acme', identity))).toEqual([
      'c-1',
      'ada@example.com',
    ]);
    expect(JSON.stringify(observed)).not.toContain('ada');
  });

  it('whose identities only mention where the feed did not verify them', () => {
    const { identities, establishes } = passed({ dataset: 'calls' });
    expect(identities.map(({ links }) => links)).toEqual([false, false]);
    expect(establishes).toBe(false);
  });

  it('in which two spellings of one value are one identity', () => {
    const { identities } = passed({ identities: [email('Ada@Example.com'), email(' ada@example.com ')] });
    expect(identities).toHaveLength(1);
  });

  it('never later than the broker appended it', () => {
    for (const year of ['2026-03-10T12:00:00.001Z', '2027-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z']) {
      const { occurredAt, earliestOccurredAt } = passed({ occurredAt: new Date(year) });
      expect([occurredAt, earliestOccurredAt]).toEqual([appendedAt, appendedAt]);
    }
    expect(passed({ occurredAt: new Date(8.64e15) }).occurredAt).toEqual(appendedAt);
  });
});

describe('an identity that names nobody', () => {
  it('is dropped and counted, and the rest stays', () => {
    const outcome = observe(givenUserEvent({ identities: [customer('till'), email('ada@example.com')] }), intake);
    expect(outcome).toMatchObject({
      pass: { identities: [{ type: 'email' }] },
      counts: [[identitiesBlocked, 1]],
    });
  });

  it('leaves an event unattributed when it was the last one', () => {
    const identities = [customer('null'), customer('-1'), customer('000'), customer('till')];
    expect(observe(givenUserEvent({ identities }), intake)).toEqual({
      drop: 'unattributed',
      counts: [[identitiesBlocked, 4]],
    });
  });

  it('is not even needed: an event without identities is valid and unattributed', () => {
    expect(observe(givenUserEvent({ identities: [] }), intake)).toEqual({ drop: 'unattributed', counts: [] });
  });
});

describe('what nobody could use becomes a dead letter', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => customer(`marked-${index}`));

  it.each<[string, string, Partial<UserEvent>]>([
    ['an empty system', 'empty_system', { system: '' }],
    ['a system that is not in the catalog', 'unknown_feed', { system: 'marked' }],
    ['a dataset that its system does not feed', 'unknown_feed', { dataset: 'marked' }],
    ['an empty dataset', 'unknown_feed', { dataset: '' }],
    ['a pair that only joins to a feed’s name', 'unknown_feed', { system: 'crm/contacts', dataset: '' }],
    ['a controller that is not in the catalog', 'unknown_controller', { controller: 'marked' }],
    [
      'an identity type that is not in the catalog',
      'unknown_identity_type',
      { identities: [{ type: 'marked', value: 'x' }] },
    ],
    [
      'a type of the catalog that the feed does not declare',
      'undeclared_identity_type',
      { identities: [{ type: 'phone', value: '5550001' }] },
    ],
    [
      'such a type, even with a value that names nobody',
      'undeclared_identity_type',
      { identities: [{ type: 'phone', value: 'null' }] },
    ],
    ['one identity too many', 'too_many_identities', { identities: many(mostIdentities + 1) }],
    ['10,000 identities', 'too_many_identities', { identities: many(10_000) }],
    ['a value of 1 MB', 'invalid_identity', { identities: [customer('marked'.repeat(175_000))] }],
    ['an empty value', 'invalid_identity', { identities: [customer('')] }],
    ['a value of blanks', 'invalid_identity', { identities: [customer('  ')] }],
    ['a control character', 'invalid_identity', { identities: [customer('marked\u0000')] }],
    ['half a surrogate pair', 'invalid_identity', { identities: [customer('marked\ud800')] }],
    ['an email that is none', 'invalid_identity', { identities: [email('marked')] }],
    ['an operation newer than this reader', 'unknown_operation', { operation: 'unspecified' }],
    ['a time before the year 1', 'implausible_time', { occurredAt: new Date('-000001-12-31T00:00:00Z') }],
  ])('%s: %s', (_what, code, changes) => {
    expect(refusal(changes)).toBe(code);
  });

  it('but not what is just within the bounds', () => {
    expect(passed({ identities: many(mostIdentities) }).identities).toHaveLength(mostIdentities);
    expect(passed({ identities: [customer('x'.repeat(512))] }).identities).toHaveLength(1);
    expect(passed({ occurredAt: new Date('0001-01-01T00:00:00Z') }).occurredAt.getUTCFullYear()).toBe(1);
  });

  it('also where the event would be unattributed: it is refused for what it says', () => {
    expect(refusal({ identities: [], system: '' })).toBe('empty_system');
  });
});
