import { describe, expect, it } from '@jest/globals';
import { decodeEvent, type Emitted, eventNames, type Named, topics } from '@lethe/contracts';
import { RetryableError, TerminalError } from '@lethe/bus';
import { directRecord, isPublished, keyOf, type OpenIdentity, outboxEntry, recordOf } from './outgoing.ts';
import { outletsOf, sealedFor, service } from './topology.ts';

const at = new Date('2026-03-01T12:00:00Z');
const box = { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(20) };
const sealed = { type: 'email', ref: 'p1.abc', sealed: box };

const ordered: Emitted<'ErasureOrdered'> = {
  event: 'ErasureOrdered',
  orderId: 'case:sales:1',
  requestId: 'case',
  controller: 'shop',
  system: 'sales',
  round: 1,
  datasets: ['lines'],
  identifiers: [sealed],
  eraseThrough: at,
  answerBy: at,
  attempt: 1,
  legalReference: null,
};
const observed: Emitted<'SubjectObserved'> = {
  event: 'SubjectObserved',
  controller: 'shop',
  feed: 'sales',
  system: 'sales',
  dataset: 'lines',
  operation: 'upsert',
  identities: [
    { ...sealed, ref: 'p1.mentioned', links: false },
    { ...sealed, ref: 'p1.linked', links: true },
  ],
  establishes: false,
  earliestOccurredAt: at,
  occurredAt: at,
  reportedAt: at,
};

const table = service({
  name: 'made-up',
  consumes: {},
  publishes: {
    'lethe.erasure-orders.*': [sealedFor('ErasureOrdered')],
    'lethe.case-events': ['CaseOpened', 'OrderSent', 'OrderAnswered', 'CaseClosed'],
    'lethe.observations': ['SubjectObserved'],
    'lethe.footprints': ['SubjectLocated'],
    'lethe.requests': ['SubjectRequestAccepted', 'SubjectRequestCompleted'],
    'lethe.operator-events': ['FenceAdopted'],
    'lethe.schemas': ['SchemaPublished'],
  },
});
const opens: OpenIdentity = (controller, { type, sealed: { ciphertext } }) => ({
  type,
  value: `opened for ${controller}`.padEnd(ciphertext.length),
});
const addressing = { prefix: 'test', service: 'made-up', outlets: outletsOf(table), newId: () => 'id-1', open: opens };
const keyless = {
  ...addressing,
  open: (): never => {
    throw new RetryableError('unknown_key', 'no box opens here');
  },
};

describe('outgoing', () => {
  it('opens boxes on the way to the one topic that the table names, and not before', () => {
    const entry = outboxEntry(ordered, addressing);
    expect(entry).toMatchObject({ topic: 'test.erasure-orders.sales', key: 'case:sales:1', value: null });
    expect(entry.opens).toMatchObject({ identifiers: [sealed] });
    const { value } = recordOf(entry, at, addressing);
    const { event } = decodeEvent(value ?? Buffer.alloc(0));
    expect(event).toMatchObject({ orderId: 'case:sales:1', identifiers: [{ value: 'opened for shop'.padEnd(20) }] });
  });

  it('leaves boxes closed everywhere else', () => {
    const entry = outboxEntry(observed, keyless);
    expect(entry.opens).toBeNull();
    const { event } = decodeEvent(recordOf(entry, at, keyless).value ?? Buffer.alloc(0));
    expect(event).toMatchObject({ identities: [{ sealed: { keyId: 'k1' } }, { sealed: { keyId: 'k1' } }] });
  });

  it('takes in no order that the relay could not open: it would stop everything behind it', () => {
    expect(() => outboxEntry(ordered, keyless)).toThrow(RetryableError);
  });

  it('says who says it, when it was decided, under the id of its entry', () => {
    expect(recordOf(outboxEntry(observed, addressing), at, keyless).headers).toMatchObject({
      ce_id: 'id-1',
      ce_type: 'lethe.SubjectObserved',
      ce_source: '/test/made-up',
      ce_time: at.toISOString(),
    });
  });

  it('publishes a dead letter with its own headers and nothing of ours', () => {
    const headers = { 'lethe-reason': 'undecodable' };
    const entry = { topic: 't.dead-letter', key: null, id: 'x', name: null, headers, value: Buffer.of(1), opens: null };
    expect(recordOf(entry, at, keyless)).toEqual({
      topic: 't.dead-letter',
      key: null,
      value: Buffer.of(1),
      headers,
    });
  });

  it('refuses as terminal what the broker would not take, before it enters', () => {
    const long = 'x'.repeat(900_001);
    const tooLarge = (act: () => unknown): void => {
      expect(act).toThrow(TerminalError);
      expect(act).toThrow(expect.objectContaining({ code: 'event_too_large' }));
    };
    tooLarge(() => outboxEntry({ ...observed, dataset: long }, addressing));
    tooLarge(() => directRecord({ ...observed, dataset: long }, at, addressing));
    tooLarge(() => outboxEntry({ ...ordered, datasets: [long] }, addressing));
    const heavy = { ...sealed, sealed: { ...box, ciphertext: Buffer.alloc(90_010) } };
    tooLarge(() => outboxEntry({ ...ordered, identifiers: Array.from({ length: 10 }, () => heavy) }, addressing));
    expect(outboxEntry({ ...observed, dataset: 'x'.repeat(890_000) }, addressing).value).not.toBeNull();
  });

  it('refuses what the relay could not encode, also behind closed boxes', () => {
    const never = new Date(Number.NaN);
    expect(() => outboxEntry({ ...ordered, answerBy: never }, addressing)).toThrow('ErasureOrdered.answerBy');
    expect(() => outboxEntry({ ...observed, occurredAt: never }, addressing)).toThrow('SubjectObserved.occurredAt');
  });

  it.each(Object.values(topics).flatMap(({ events, key }) => events.map((event): [Named, string] => [event, key])))(
    "keys %s as contracts' table says: %s",
    (event, key) => {
      const parts = { requestId: 'r', orderId: 'o', actor: 'a', fingerprint: 'f', eventId: 'e' };
      const keys: Readonly<Record<string, string>> = {
        'request id': 'r',
        'order id': 'o',
        actor: 'a',
        fingerprint: 'f',
        "upstream's choice": 'e',
        'ref of the first identity that links, else of the first': 'p1.linked',
      };
      expect(keyOf({ event, ...parts, identities: observed.identities } as never)).toBe(keys[key]);
    },
  );

  it('spreads observations by what links, else by what is mentioned first', () => {
    expect(directRecord(observed, at, addressing).key).toBe('p1.linked');
    const [mentioned] = observed.identities;
    if (mentioned === undefined) throw new Error('no identity');
    expect(directRecord({ ...observed, identities: [mentioned] }, at, addressing).key).toBe('p1.mentioned');
  });

  it("keeps a record's notes to itself", () => {
    expect(isPublished({ event: 'answer-noted' })).toBe(false);
    expect(isPublished({ event: 'toString' })).toBe(false);
    expect(eventNames.every((event) => isPublished({ event }))).toBe(true);
  });

  it('refuses an event that the table does not publish', () => {
    const answered = { event: 'ErasureAnswered' } as Emitted<'ErasureAnswered'>;
    expect(() => outboxEntry(answered, addressing)).toThrow('does not publish it');
  });
});
