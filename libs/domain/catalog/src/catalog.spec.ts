import { describe, expect, it } from '@jest/globals';
import { givenCatalog } from './catalog.given.ts';
import { capableSystems, feedOf } from './catalog.ts';
import { publicCatalogShape } from './schema.ts';

const catalog = givenCatalog();

describe('capableSystems', () => {
  it.each([
    [['email'], ['crm', 'shop']],
    [['customer_id'], ['shop']],
    [
      ['customer_id', 'email'],
      ['crm', 'shop'],
    ],
    [['phone'], []],
    [[], []],
  ])('%j reaches %j', (types, names) => {
    expect(capableSystems(catalog, new Set(types)).map(({ name }) => name)).toEqual(names);
  });
});

describe('feedOf', () => {
  it('finds the feed by the event’s system and dataset', () => {
    expect(feedOf(catalog, 'shop', 'orders')).toMatchObject({ name: 'shop/orders', establishes: true });
    expect(feedOf(catalog, 'shop', 'orders')?.identities.get('customer_id')).toBe('links');
  });

  it.each([
    ['crm', 'contacts'],
    ['shop', ''],
    ['', 'orders'],
    ['orders', 'shop'],
    ['shop/orders', ''],
    ['__proto__', 'constructor'],
  ])('knows no feed %j %j', (system, dataset) => {
    expect(feedOf(catalog, system, dataset)).toBeUndefined();
  });
});

describe('publicCatalogShape', () => {
  it('tells an editor the keys, what may be left out, and that no others are', () => {
    const { catalog: main, system } = publicCatalogShape();
    expect(main).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['controllers', 'identityTypes', 'regulations'],
    });
    expect(system).toMatchObject({
      additionalProperties: false,
      required: ['name', 'kind', 'datasets', 'identityTypes', 'answerWithin'],
      properties: { locate: { enum: ['always', 'when_seen'] } },
    });
  });
});
