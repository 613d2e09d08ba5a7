import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryBus } from '@lethe/bus';
import { encodeEvent, publishedSchema, schemaSet, topicSpecs } from '@lethe/contracts';
import { orderIn } from './order-in.ts';
import { givenOrder, SYSTEM } from './order.given.ts';
import { schemasOn } from './schemas.ts';

const bus = memoryBus();
afterEach(() => bus.close());

/** ErasureOrdered as a later build may have it: with one more field. */
const { schema } = publishedSchema('ErasureOrdered');
const parsed = JSON.parse(schema) as { readonly fields: readonly object[] };
const added = { name: 'urgency', type: ['null', 'string'], default: null };
const newer = JSON.stringify({ ...parsed, fields: [...parsed.fields, added] });
const { fingerprint } = schemaSet().add(newer);

describe('an order of a newer schema', () => {
  it('is read as soon as its schema was published, and not looked for again and again before', async () => {
    await bus.createTopics(topicSpecs('lethe', [SYSTEM]));
    const order = givenOrder();
    // The same bytes, the new field's null behind them, under the new fingerprint.
    const value = Buffer.concat([encodeEvent('ErasureOrdered', order), Buffer.from([0])]);
    Buffer.from(fingerprint, 'hex').reverse().copy(value, 2);
    const record = { offset: 0, key: null, value, headers: {}, appendedAt: new Date() };

    const early = schemasOn(bus, 'lethe.schemas');
    expect(orderIn(record, SYSTEM, early.set)).toEqual({ kind: 'none', why: 'unknown_fingerprint' });
    await early.learnFor(value);

    const producer = await bus.producer('erasure');
    const garbage = { topic: 'lethe.schemas', key: 'x', value: Buffer.from('no schema'), headers: {} };
    const published = encodeEvent('SchemaPublished', { fingerprint, name: 'ErasureOrdered', schema: newer });
    await producer.send([garbage, { ...garbage, key: fingerprint, value: published }]);

    await early.learnFor(value); // a moment ago: not looked for again yet
    expect(early.set.has(fingerprint)).toBe(false);
    const schemas = schemasOn(bus, 'lethe.schemas');
    await schemas.learnFor(value);
    expect(orderIn(record, SYSTEM, schemas.set)).toEqual({ kind: 'order', order, traceparent: undefined });
  });
});
