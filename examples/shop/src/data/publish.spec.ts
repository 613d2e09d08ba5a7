import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryBus } from '@lethe/bus';
import type { Bus } from '@lethe/bus';
import { decodeEvent, parseCloudEvent, topicSpecs } from '@lethe/contracts';
import { countTopics } from '../run/count-topics.ts';
import { publishYear } from './publish.ts';
import type { Row } from './rows.ts';
import { divide, SYSTEMS } from './systems.ts';

const rows: readonly Row[] = Array.from({ length: 4_500 }, (_, index) => ({
  line: index + 2,
  invoiceNo: index % 10 === 0 ? `C${index}` : String(index),
  stockCode: '22138',
  description: 'BAKING SET',
  quantity: 1,
  invoiceDate: new Date(Date.UTC(2011, 0, 1, 0, index)),
  unitPrice: '4.95',
  customerId: index % 3 === 0 ? null : String(index % 7),
  country: 'France',
}));
const customers = 7;

let bus: Bus;
afterEach(() => bus.close());

const published = async () => {
  bus = memoryBus();
  await bus.createTopics(topicSpecs('shop', SYSTEMS));
  const told: number[] = [];
  const count = await publishYear(bus, 'shop', divide(rows), (events) => told.push(events));
  return { count, told };
};

describe('the year on lethe.user-events', () => {
  it('is one event for each line and one for each customer, and says how far it is', async () => {
    const { count, told } = await published();
    expect(count).toBe(rows.length + customers);
    expect(told).toEqual([2_000, 4_000, rows.length + customers]);
    expect(await countTopics(bus, 'shop')).toEqual({
      events: rows.length + customers,
      unattributed: rows.filter(({ customerId }) => customerId === null).length,
      rejected: 0,
    });
  });

  it('keeps what is about one customer in one partition and in order, under a key that names nobody', async () => {
    await published();
    const places = new Map<string, Set<number>>();
    const latest = new Map<string, Date>();
    for await (const { value, key, partition, headers } of bus.readAll('shop.user-events')) {
      const decoded = decodeEvent(value ?? Buffer.alloc(0));
      if (decoded.name !== 'UserEvent') throw new Error('not a user event');
      expect(parseCloudEvent(headers)).toMatchObject({ type: 'UserEvent', source: '/shop/upstream' });
      const customer = decoded.event.identities[0]?.value;
      if (customer === undefined) continue;
      expect(key).toMatch(/^\d{1,4}$/); // shared by many
      places.set(customer, (places.get(customer) ?? new Set()).add(partition));
      expect(decoded.event.occurredAt.getTime()).toBeGreaterThanOrEqual(latest.get(customer)?.getTime() ?? 0);
      latest.set(customer, decoded.event.occurredAt);
    }
    expect([...places.values()].map(({ size }) => size)).toEqual(Array(customers).fill(1));
  });

  it('is preceded by its schema', async () => {
    await published();
    const names: string[] = [];
    for await (const { value } of bus.readAll('shop.schemas')) {
      const decoded = decodeEvent(value ?? Buffer.alloc(0));
      if (decoded.name === 'SchemaPublished') names.push(decoded.event.name);
    }
    expect(names).toEqual(['UserEvent']);
  });
});

describe('the count', () => {
  it('takes dead letters of one place for one, and bytes that are no event for an event that was rejected', async () => {
    bus = memoryBus();
    await bus.createTopics(topicSpecs('shop', SYSTEMS));
    const producer = await bus.producer('test');
    const letter = (offset: number) => ({
      topic: 'shop.user-events.dead-letter',
      key: null,
      value: Buffer.from('sealed'),
      headers: { 'lethe-topic': 'shop.user-events', 'lethe-partition': '0', 'lethe-offset': String(offset) },
    });
    await producer.send([
      { topic: 'shop.user-events', key: null, value: Buffer.from('no event'), headers: {} },
      ...[0, 0, 1].map(letter),
    ]);
    expect(await countTopics(bus, 'shop')).toEqual({ events: 1, unattributed: 0, rejected: 2 });
  });
});
