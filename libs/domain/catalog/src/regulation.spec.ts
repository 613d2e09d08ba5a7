import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { givenCatalog } from './catalog.given.ts';
import { addMonths, respondBy, shortestTime } from './regulation.ts';

const day = 24 * 60 * 60 * 1000;
const catalog = givenCatalog({
  'catalog.yaml': `controllers: [acme]
identityTypes: [{ name: customer_id, perSubject: 1 }, { name: email, perSubject: 3 }]
regulations:
  - { id: gdpr, title: GDPR, source: art. 12(3), respond: { months: 1 } }
  - { id: thirty, title: Thirty, source: made up, respond: { days: 30 } }
`,
});

describe('respondBy', () => {
  it.each([
    ['2026-03-05T09:30:00.000Z', '2026-04-05T09:30:00.000Z'],
    ['2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00.000Z', '2028-02-29T10:00:00.000Z'],
    ['2028-01-29T23:59:59.999Z', '2028-02-29T23:59:59.999Z'],
    ['2026-02-28T00:00:00.000Z', '2026-03-28T00:00:00.000Z'],
    ['2026-08-31T12:00:00.000Z', '2026-09-30T12:00:00.000Z'],
    ['2026-12-31T12:00:00.000Z', '2027-01-31T12:00:00.000Z'],
  ])('gdpr: received %s, due %s', (receivedAt, due) => {
    expect(respondBy(catalog, ['gdpr'], new Date(receivedAt)).toISOString()).toBe(due);
  });

  it('takes the earliest of several duties', () => {
    const inMarch = new Date('2026-03-05T00:00:00Z');
    expect(respondBy(catalog, ['gdpr', 'thirty'], inMarch).toISOString()).toBe('2026-04-04T00:00:00.000Z');
    const inFebruary = new Date('2026-02-05T00:00:00Z');
    expect(respondBy(catalog, ['thirty', 'gdpr'], inFebruary).toISOString()).toBe('2026-03-05T00:00:00.000Z');
  });

  it('takes every duty of the catalog when none is named', () => {
    const receivedAt = new Date('2026-03-05T00:00:00Z');
    expect(respondBy(catalog, [], receivedAt)).toEqual(respondBy(catalog, ['gdpr', 'thirty'], receivedAt));
  });

  it('refuses a regulation that is not in the catalog, and a date that is none', () => {
    expect(() => respondBy(catalog, ['lgpd'], new Date(0))).toThrow(RangeError);
    expect(() => respondBy(catalog, ['gdpr'], new Date(Number.NaN))).toThrow(RangeError);
    expect(() => respondBy(catalog, ['gdpr'], new Date(8.64e15))).toThrow(RangeError);
  });

  it('leaves the date it was given as it was', () => {
    const receivedAt = new Date('2026-01-31T10:00:00Z');
    respondBy(catalog, ['gdpr'], receivedAt);
    expect(receivedAt.toISOString()).toBe('2026-01-31T10:00:00.000Z');
  });
});

describe('addMonths', () => {
  const dates = fc.date({ min: new Date('1971-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });

  it('lands in that month, on that date or the last of the month, at that time of day', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 24 }), (from, months) => {
        const due = addMonths(from, months);
        const counted = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth();
        expect(counted(due) - counted(from)).toBe(months);
        expect(due.getTime() % day).toBe(from.getTime() % day);
        const isLast = new Date(due.getTime() + day).getUTCDate() === 1;
        expect(due.getUTCDate() === from.getUTCDate() || (isLast && due.getUTCDate() < from.getUTCDate())).toBe(true);
      }),
    );
  });

  it('never makes a later receipt due earlier by more than the time of day', () => {
    fc.assert(
      fc.property(
        dates,
        fc.integer({ min: 1, max: 90 * 24 }),
        fc.integer({ min: 1, max: 3 }),
        (from, hours, months) => {
          const later = new Date(from.getTime() + (hours * day) / 24);
          const dayOf = (date: Date) => Math.floor(date.getTime() / day);
          expect(dayOf(addMonths(later, months))).toBeGreaterThanOrEqual(dayOf(addMonths(from, months)));
        },
      ),
    );
  });
});

describe('shortestTime', () => {
  it.each([
    [{ months: 1 }, 28],
    [{ months: 2 }, 59],
    [{ months: 3 }, 89],
    [{ months: 12 }, 365],
    [{ days: 45 }, 45],
  ])('%j can be %d days', (respond, days) => {
    expect(shortestTime(respond)).toBe(days * day);
  });
});
