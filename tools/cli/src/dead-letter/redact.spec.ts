import { describe, expect, it } from '@jest/globals';
import { encodeEvent, schemaSet, type UserEvent } from '@lethe/contracts';
import { redacted } from './redact.ts';

const MARK = 'canary7731';
const schemas = schemaSet();
const names = new Set(['desk', 'corner']);
const at = new Date('2026-01-05T10:00:00Z');
const record = (value: Buffer | null, headers = {}) => ({ offset: 0, key: MARK, value, headers, appendedAt: at });

const event: UserEvent = {
  eventId: '6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e',
  controller: 'corner',
  system: 'desk',
  dataset: MARK,
  operation: 'upsert',
  identities: [{ type: MARK, value: MARK }],
  occurredAt: at,
};
const valueOf = (value: Buffer) => redacted(record(value), schemas, names).value;

describe('a redacted dead letter', () => {
  it('shows the structure of an event: masked where its docs say personal data, and where a text is no known name', () => {
    expect(valueOf(encodeEvent('UserEvent', event))).toMatchObject({
      kind: 'event',
      name: 'UserEvent',
      event: {
        eventId: event.eventId,
        controller: 'corner',
        system: 'desk',
        dataset: '[a text that this deployment does not know]',
        operation: 'upsert',
        identities: [{ type: '[a text that this deployment does not know]', value: '[personal data]' }],
        occurredAt: '[personal data]',
      },
    });
  });

  it('shows an empty text as it is, and how long a very long one is', () => {
    const long = { type: '', value: MARK.repeat(200) };
    expect(valueOf(encodeEvent('UserEvent', { ...event, system: '', identities: [long] }))).toMatchObject({
      event: { system: '', identities: [{ type: '', value: '[personal data, 2000 characters]' }] },
    });
  });

  it('shows five of ten thousand', () => {
    const identities = Array.from({ length: 10_000 }, () => ({ type: 'email', value: MARK }));
    const shown = JSON.stringify(valueOf(encodeEvent('UserEvent', { ...event, identities })));
    expect(shown.length).toBeLessThan(1_500);
    expect(shown).toContain('[and 9995 more]');
  });

  it.each([
    ['an order of a system that is known', '6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e:desk:1', true],
    ['an order of another', `6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e:${MARK}:1`, false],
    ['an address in its place', `${MARK}@example.com:desk:1`, false],
  ])('of an answer shows %s: %s -> %s', (_, orderId, shows) => {
    const answer = {
      orderId,
      requestId: '6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e',
      outcome: 'retained',
      count: null,
      method: null,
      until: null,
      fieldsKept: [MARK],
      legalBasis: MARK,
      subProcessorsTold: [MARK],
      reason: MARK,
      erasedThrough: at,
      answeredAt: at,
    } as const;
    const shown = JSON.stringify(valueOf(encodeEvent('ErasureAnswered', answer)));
    expect(shown.includes(orderId)).toBe(shows);
    expect(shown).not.toContain(MARK);
    expect(shown).toContain('retained');
  });

  it('shows of sealed boxes how long they are, or nothing', () => {
    const sealed = { keyId: 'k1', nonce: Buffer.alloc(12, MARK), ciphertext: Buffer.alloc(40, MARK) };
    const identities = [{ type: 'email', ref: `p1.${MARK}`, sealed }];
    const accepted = {
      requestId: event.eventId,
      controller: 'corner',
      type: 'erasure',
      requester: { kind: 'agent', authority: MARK },
      ground: 'request',
      scope: { all: true, datasets: [] },
      regulations: ['gdpr'],
      identities,
      receivedAt: at,
      acceptedAt: at,
      respondBy: at,
    } as const;
    const shown = JSON.stringify(valueOf(encodeEvent('SubjectRequestAccepted', { ...accepted, sequence: 1 })));
    expect(shown).not.toContain(MARK);
    expect(shown).not.toContain(Buffer.from(MARK).toString('hex'));
    expect(shown).toContain('[12 bytes]');
  });

  it('shows no more of bytes than the frame of an event, and of text two', () => {
    const framed = Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from('12345678'), Buffer.from(MARK)]);
    expect(valueOf(framed)).toEqual({
      kind: 'bytes',
      why: 'unknown_fingerprint',
      bytes: 20,
      begins: 'c3013132333435363738',
    });
    expect(valueOf(Buffer.from(MARK))).toEqual({ kind: 'bytes', why: 'undecodable', bytes: 10, begins: '6361' });
    expect(redacted(record(null), schemas, names).value).toBeNull();
  });

  it('counts headers that are not ours, and shows the length of the key alone', () => {
    const shown = redacted(record(null, { ce_id: MARK, [MARK]: MARK, [`lethe-${MARK}`]: '1' }), schemas, names);
    expect(shown).toMatchObject({ key: { bytes: 10 }, headers: { known: ['ce_id'], others: 2 } });
    expect(JSON.stringify(shown)).not.toContain(MARK);
  });
});
