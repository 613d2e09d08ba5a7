import { describe, expect, it } from '@jest/globals';
import type { BusRecord } from '@lethe/bus';
import { encodeEvent, type ErasureOrdered, schemaSet } from '@lethe/contracts';
import { orderIn } from './order-in.ts';
import { givenOrder, SYSTEM } from './order.given.ts';
import { childOf } from './trace-context.ts';

const schemas = schemaSet();
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const record = (value: Buffer | null, headers: BusRecord['headers'] = {}): BusRecord => ({
  offset: 7,
  key: null,
  value,
  headers,
  appendedAt: new Date(),
});
const encoded = (order: ErasureOrdered): Buffer => encodeEvent('ErasureOrdered', order);
const unknownSchema = (): Buffer => {
  const value = encoded(givenOrder());
  value.writeBigUInt64LE(1n, 2);
  return value;
};

describe('an order', () => {
  it.each<[string, Partial<ErasureOrdered>]>([
    ['as erasure sends it', {}],
    ['without identifiers', { identifiers: [] }],
    ['with 10,000 identifiers', { identifiers: Array(10_000).fill({ type: 'email', value: 'ada@example.com' }) }],
    ['with a value of 1 MB', { identifiers: [{ type: 'email', value: 'x'.repeat(1_000_000) }] }],
    ['up to the year 9999', { eraseThrough: new Date('9999-12-31T23:59:59Z') }],
    ['with NUL in its names', { identifiers: [{ type: 'e\0mail', value: 'a\0b' }], datasets: ['\0'] }],
  ])('is one: %s', (_, changes) => {
    const order = givenOrder(changes);
    const found = orderIn(record(encoded(order), { traceparent }), SYSTEM, schemas);
    expect(found).toEqual({ kind: 'order', order, traceparent });
  });

  it.each([
    ['no value', 'undecodable', null],
    ['no bytes', 'undecodable', Buffer.alloc(0)],
    ['a text', 'undecodable', Buffer.from('someone@example.com')],
    ['an order cut short', 'undecodable', encoded(givenOrder()).subarray(0, -3)],
    ['an order with more behind it', 'undecodable', Buffer.concat([encoded(givenOrder()), Buffer.from('x')])],
    ['a schema of nobody', 'unknown_fingerprint', unknownSchema()],
    ['an answer', 'another_event', encodeEvent('SchemaPublished', { fingerprint: '', name: '', schema: '' })],
    ['an order of another system', 'another_system', encoded(givenOrder({ system: 'sales' }))],
    ['an id that is a text', 'malformed_order', encoded(givenOrder({ orderId: 'ada@example.com' }))],
    ['an id of another round', 'malformed_order', encoded({ ...givenOrder(), round: 2 })],
    ['round 0', 'malformed_order', encoded(givenOrder({ round: 0 }))],
    ['a request that is no UUID', 'malformed_order', encoded(givenOrder({ requestId: 'ada\0' }))],
  ])('is none, and it is said why: %s', (_, why, value) => {
    expect(orderIn(record(value), SYSTEM, schemas)).toEqual({ kind: 'none', why });
  });
});

describe('the trace', () => {
  it('goes on under a new span', () => {
    const child = childOf(traceparent);
    expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(child).not.toBe(traceparent);
    expect(childOf(traceparent.replace(/^00/, 'cc'))).toMatch(/^00-0af7/);
  });

  it.each([undefined, '', 'x', `ff${traceparent.slice(2)}`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
    'begins nowhere when there is none: %s',
    (none) => {
      expect(childOf(none)).toBeUndefined();
    },
  );
});
