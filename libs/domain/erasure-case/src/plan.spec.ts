import { describe, expect, it } from '@jest/globals';
import { caseId, catalog, customer, email, footprint } from './given.fixture.ts';
import { orderIdOf, parseOrderId } from './order-id.ts';
import { legalReferenceFrom, planFrom } from './plan.ts';

describe('a plan', () => {
  it('asks every system that accepts a type which the subject has, seen or not', () => {
    const plan = planFrom(catalog, { identifiers: [customer, email], footprints: [footprint('sales', 'orders')] });
    expect(plan.systems.map(({ system }) => system)).toEqual(['accounts', 'newsletter', 'sales']);
  });

  it('gives a system the identifiers that it accepts and no others', () => {
    const plan = planFrom(catalog, { identifiers: [customer, email], footprints: [] });
    const given = Object.fromEntries(plan.systems.map(({ system, identifiers }) => [system, identifiers]));
    expect(given).toEqual({ accounts: [customer, email], newsletter: [email], sales: [customer] });
  });

  it('leaves out a system of complete coverage that saw nothing, and says so', () => {
    const unseen = planFrom(catalog, { identifiers: [customer], footprints: [] });
    expect(unseen.systems.map(({ system }) => system)).toEqual(['accounts', 'sales']);
    expect(unseen.exclusions).toEqual([{ system: 'archive', reason: 'not_seen', since: '2020-01-01' }]);
    const seen = planFrom(catalog, { identifiers: [customer], footprints: [footprint('archive')] });
    expect(seen.systems.map(({ system }) => system)).toEqual(['accounts', 'archive', 'sales']);
    expect(seen.exclusions).toEqual([]);
  });

  it('shows footprints of systems that cannot be asked', () => {
    const plan = planFrom(catalog, {
      identifiers: [email],
      footprints: [footprint('sales', 'orders'), footprint('gone')],
    });
    expect(plan.exclusions).toEqual([
      { system: 'gone', reason: 'not_in_catalog', since: null },
      { system: 'sales', reason: 'accepts_no_identifier', since: null },
    ]);
  });

  it('cites the regulations of the request', () => {
    expect(legalReferenceFrom(catalog, { regulations: ['gdpr'] })).toBe('GDPR art. 17');
    expect(legalReferenceFrom(catalog, { regulations: [] })).toBeNull();
  });
});

describe('an order id', () => {
  it('names case, system and round, both ways', () => {
    const name = { caseId, system: 'sales', round: 12 };
    expect(orderIdOf(name)).toBe(`${caseId}:sales:12`);
    expect(parseOrderId(`${caseId}:sales:12`)).toEqual(name);
  });

  it.each(
    ['', ':sales', ':sales:0', ':sales:01', ':sales:1.5', '::1', ':sa:les:1', ':sales:1 '].map((end) => caseId + end),
  )('is not %p', (text) => {
    expect(parseOrderId(text)).toBeNull();
  });
});
