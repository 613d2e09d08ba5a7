import { describe, expect, it } from '@jest/globals';
import { registerEntries, standingOf, withOrderSent, type RegisterEntry } from './erasure-register.ts';

const cutOff = new Date('2026-03-01T12:00:00.000Z');
const later = new Date('2026-03-01T12:05:00.000Z');
const before = new Date('2026-03-01T11:59:59.999Z');
const pending: RegisterEntry = {
  id: 'r1.hash|request',
  hash: 'r1.hash',
  requestId: 'request',
  purpose: 'erasure',
  registeredAt: before,
  cutOff: null,
  began: [],
};
const sent = { system: 'sales', sentAt: later, eraseThrough: cutOff };

describe('the erasure register', () => {
  it('has one pending entry per hash and request', () => {
    expect(registerEntries(['r1.hash', 'r1.hash'], 'request', before)).toEqual([pending]);
  });

  it('learns the cut-off and when each system began, in any order and as often as it is told', () => {
    const first = { ...sent, system: 'accounts', sentAt: cutOff };
    const second = { ...sent, sentAt: new Date('2026-03-02T00:00:00.000Z') };
    const began = [
      { system: 'accounts', at: cutOff },
      { system: 'sales', at: later },
    ];
    expect([first, sent, second, sent].reduce(withOrderSent, pending)).toEqual({ ...pending, cutOff, began });
    expect([second, sent, first].reduce(withOrderSent, pending)).toEqual({ ...pending, cutOff, began });
  });

  it('lets everything in while it is pending', () => {
    expect(standingOf(pending, { system: 'sales', reportedAt: later })).toBe('pending');
  });

  it.each([
    ['sales', cutOff, 'covered'],
    ['sales', later, 'after_cut_off'],
    ['returns', before, 'covered'],
    ['returns', cutOff, 'after_cut_off'],
  ] as const)(
    '%s at %p stands as %s: covered only before that system began, or else before the cut-off',
    (system, reportedAt, standing) => {
      expect(standingOf(withOrderSent(pending, sent), { system, reportedAt })).toBe(standing);
    },
  );
});
