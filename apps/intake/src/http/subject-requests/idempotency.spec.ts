import { describe, expect, it } from '@jest/globals';
import { developmentKeys, type KeyRing, parseKeys } from '@lethe/identity';
import { parseBody } from '@lethe/service';
import { givenBody, givenIntake } from '../../intake.given.ts';
import { idempotencyKeyFault, namesOf } from './idempotency.ts';
import { requestBody } from './request-body.ts';

const { register } = developmentKeys();
const schema = requestBody({ ...givenIntake(), now: () => new Date() });
const body = (changes = {}) => parseBody(schema, givenBody(changes));

function rotated(): KeyRing {
  const fresh = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
  const parsed = parseKeys(`k2:${fresh}`, 'test');
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const { active } = parsed.ring;
  return { active, byId: new Map([[active.id, active], ...register.byId]) };
}

describe("a request's name", () => {
  it('is the same for the same key and body', () => {
    expect(namesOf(register, 'k', body())).toEqual(namesOf(register, 'k', body()));
  });

  it('is a UUID, and holds nothing of the key', () => {
    const [{ id }] = namesOf(register, 'ada@example.com', body());
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is another for another key or controller, and for each request without a key', () => {
    const ids = [
      namesOf(register, 'k', body()),
      namesOf(register, 'K', body()),
      namesOf(register, 'k', body({ controller: 'globex' })),
      namesOf(register, undefined, body()),
      namesOf(register, undefined, body()),
    ].map(([{ id }]) => id);
    expect(new Set(ids).size).toBe(5);
  });

  it('tells another body under one key by its digest, but no person by it', () => {
    const [one] = namesOf(register, 'k', body());
    const [other] = namesOf(register, 'k', body({ ground: 'objection' }));
    expect(other.id).toBe(one.id);
    expect(other.digest).not.toBe(one.digest);
    const [elsewhere] = namesOf(register, 'k2', body());
    expect(elsewhere.digest).not.toBe(one.digest);
  });

  it('takes fields in any order and defaults that are written out for the same body', () => {
    const { identities, ...rest } = givenBody({ requester: { authority: null, kind: 'subject' } });
    const [one] = namesOf(register, 'k', body());
    expect(namesOf(register, 'k', parseBody(schema, { identities, ...rest }))[0]).toEqual(one);
  });

  it('is the same at a process with a new register key and at one without: neither accepts what the other did', () => {
    const [before] = namesOf(register, 'k', body());
    const [now, newer] = namesOf(rotated(), 'k', body());
    expect(now).toEqual(before);
    expect(newer?.id).not.toBe(before.id);
  });

  it('is known under a newer key too, and is that one when the oldest is gone', () => {
    const both = rotated();
    const [, newer] = namesOf(both, 'k', body());
    const { active } = both;
    const alone: KeyRing = { active, byId: new Map([[active.id, active]]) };
    expect(namesOf(alone, 'k', body())).toEqual([newer]);
  });
});

describe('an Idempotency-Key', () => {
  it.each([undefined, 'k', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 'x'.repeat(255)])('may be %p', (key) => {
    expect(idempotencyKeyFault(key)).toBeNull();
  });
  it.each(['', 'x'.repeat(256), 'caf\u00e9', 'a\tb'])('may not be %p', (key) => {
    expect(idempotencyKeyFault(key)).toEqual({
      header: 'Idempotency-Key',
      detail: 'must be 1 to 255 printable ASCII characters',
    });
  });
});
