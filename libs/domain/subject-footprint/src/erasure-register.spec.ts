import { describe, expect, it } from '@jest/globals';
import {
  heardOrder,
  linksUnregistered,
  mergeEntries,
  notErasing,
  registerEntries,
  registeredNames,
  renamedEntry,
  standingOf,
  type RegisterEntry,
} from './erasure-register.ts';

const cutOff = new Date('2026-03-01T12:00:00.000Z');
const later = new Date('2026-03-01T12:05:00.000Z');
const before = new Date('2026-03-01T11:59:59.999Z');
const name = { hash: 'r1.hash', keys: ['r1'], pepper: 'p1' };
const pending: RegisterEntry = {
  id: 'r1.hash|request',
  ...name,
  requestId: 'request',
  purpose: 'erasure',
  registeredAt: before,
  cutOff: null,
  began: [],
};
const sent = { system: 'sales', sentAt: later, eraseThrough: cutOff };

describe('the erasure register', () => {
  it('has one pending entry per hash and request', () => {
    expect(registerEntries([name, name], 'request', before, notErasing)).toEqual([pending]);
  });

  it('holds an identifier under all its names, each of which says so', () => {
    const nameOf = (ref: string) => ({ hash: `r1.${ref}`, keys: ['r1'], pepper: ref.slice(0, 2) });
    expect(registeredNames([{ ref: 'p1.a' }, { ref: 'p1.b', aliases: ['p2.b'] }], nameOf)).toEqual([
      nameOf('p1.a'),
      { ...nameOf('p1.b'), alsoUnder: ['p2'] },
      { ...nameOf('p2.b'), alsoUnder: ['p1'] },
    ]);
  });

  it('keeps what an entry remembers when it gets another name', () => {
    const heard = heardOrder(pending, sent);
    const moved = { hash: 'r2.hash', keys: ['r1', 'r2'], pepper: 'p1' };
    expect(renamedEntry(heard, moved)).toEqual({ ...heard, ...moved, id: 'r2.hash|request' });
  });

  it('knows of two entries of one name what either knew', () => {
    const first = heardOrder(pending, { ...sent, system: 'accounts', sentAt: cutOff });
    const second = { ...heardOrder(pending, sent), registeredAt: later };
    const both = heardOrder(first, sent);
    expect(mergeEntries(first, second)).toEqual(both);
    expect(mergeEntries(second, first)).toEqual(both);
    expect(mergeEntries(pending, second)).toEqual(heardOrder(pending, sent));
  });

  it('learns the cut-off and when each system began, in any order and as often as it is told', () => {
    const first = { ...sent, system: 'accounts', sentAt: cutOff };
    const second = { ...sent, sentAt: new Date('2026-03-02T00:00:00.000Z') };
    const began = [
      { system: 'accounts', at: cutOff },
      { system: 'sales', at: later },
    ];
    expect([first, sent, second, sent].reduce(heardOrder, pending)).toEqual({ ...pending, cutOff, began });
    expect([second, sent, first].reduce(heardOrder, pending)).toEqual({ ...pending, cutOff, began });
  });

  it('begins with what is known already: no further order may come', () => {
    const known = heardOrder(notErasing, sent);
    expect(registerEntries([name], 'request', before, known)).toEqual([heardOrder(pending, sent)]);
    expect(heardOrder(known, sent)).toBe(known);
  });

  it('tells a sighting that joins an identifier which was never registered', () => {
    const seen = (...refs: readonly string[]) => ({
      identities: refs.map((ref) => ({
        type: 'email',
        ref,
        sealed: { keyId: 'k', nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(16) },
        links: !ref.startsWith('mentioned'),
      })),
    });
    const entriesOf = (ref: string) => (ref === 'known' ? [pending] : []);
    expect(linksUnregistered(seen('known', 'other'), entriesOf, 'request')).toBe(true);
    expect(linksUnregistered(seen('known', 'other'), entriesOf, 'another request')).toBe(false);
    expect(linksUnregistered(seen('known', 'mentioned'), entriesOf, 'request')).toBe(false);
    expect(linksUnregistered(seen('known'), entriesOf, 'request')).toBe(false);
    expect(linksUnregistered(seen('other', 'another'), entriesOf, 'request')).toBe(false);
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
      expect(standingOf(heardOrder(pending, sent), { system, reportedAt })).toBe(standing);
    },
  );
});
