import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity, LedgerEntry } from '@lethe/subscriber';
import { namespace, testStack } from '@lethe/testkit';
import { Decimal128, MongoClient } from 'mongodb';
import type { Row } from '../data/rows.ts';
import { openSales, salesDatabase } from './sales.ts';
import type { SalesStore } from './sales.ts';

const prefix = namespace();
const day = (number: number): Date => new Date(Date.UTC(2011, 0, number));
const prices = ['0.001', '2.55', '-11062.06', null, '0.1', '0.2', '649.5', '0.0'];
/** 6,000 lines, more than go in one batch. */
const rows: readonly Row[] = Array.from({ length: 6_000 }, (_, index) => ({
  line: index + 2,
  invoiceNo: String(index),
  stockCode: '85123A',
  description: index % 50 === 0 ? '' : 'WHITE HOLDER',
  quantity: index % 100 === 0 ? null : (index % 13) - 3,
  invoiceDate: day(1 + (index % 20)),
  unitPrice: prices[index % prices.length] ?? null,
  customerId: index % 4 === 0 ? null : String(index % 4),
  country: 'Espa\u00f1a',
}));
/** In thousandths of a pound, summed without fractions. */
const thousandths = rows.reduce(
  (sum, { quantity, unitPrice }) => sum + BigInt(quantity ?? 0) * BigInt(Math.round(Number(unitPrice ?? 0) * 1_000)),
  0n,
);
const customer = (value: string) => ({ type: 'customer_id', value });
const order = (identifiers: readonly Identity[], eraseThrough = day(31), orderId = 'case:sales:1') => ({
  orderId,
  identifiers,
  eraseThrough,
});
/** What the kit makes of a number of rows is the kit's own test. */
const entry = (orderId: string, count: number): LedgerEntry => ({
  orderId,
  answer: {
    outcome: 'erased',
    count,
    method: 'anonymised',
    until: null,
    fieldsKept: [],
    legalBasis: null,
    subProcessorsTold: [],
    reason: null,
    erasedThrough: day(31),
    answeredAt: day(31),
  },
  run: null,
});
const first = (rows: number): LedgerEntry => entry('case:sales:1', rows);

let store: SalesStore;
let client: MongoClient;
beforeAll(async () => {
  const { mongodb } = await testStack();
  store = await openSales(mongodb.url, prefix);
  client = await MongoClient.connect(mongodb.url);
  await store.fill(rows);
}, 120_000);
afterAll(async () => {
  await client.db(salesDatabase(prefix)).dropDatabase();
  await client.close();
  await store.close();
});

const inPounds = (exact: bigint): Decimal128 => Decimal128.fromString(`${exact}E-3`);

describe('the sales of the shop', () => {
  it('hold every row, and know its revenue to the last thousandth', async () => {
    expect((await store.others([])).rows).toBe(rows.length);
    expect(Number(await store.revenue())).toBe(Number(inPounds(thousandths).toString()));
    expect(await store.revenue()).toMatch(/^-?\d+\.\d{1,3}$/);
  });

  it('lose the customer and nothing else, up to the cut-off', async () => {
    const lines = await store.linesNaming([customer('1')]);
    const before = { others: await store.others(lines), revenue: await store.revenue() };
    const early = rows.filter(({ customerId, invoiceDate }) => customerId === '1' && invoiceDate <= day(10));
    const made = await store.erase(order([customer('1'), { type: 'email', value: 'x@example.com' }], day(10)), first);
    expect(made.answer?.count).toBe(early.length);
    expect((await store.linesNaming([customer('1')])).length).toBe(lines.length - early.length);
    await store.erase(order([customer('1')]), first);
    expect(await store.linesNaming([customer('1')])).toEqual([]);
    expect({ others: await store.others(lines), revenue: await store.revenue() }).toEqual(before);
    expect((await store.others([])).rows).toBe(rows.length);
  });

  it('write the ledger in the same transaction: both or neither', async () => {
    const lines = await store.linesNaming([customer('2')]);
    const failing = store.erase(order([customer('2')]), () => {
      throw new Error('killed here');
    });
    await expect(failing).rejects.toThrow('killed here');
    expect(await store.linesNaming([customer('2')])).toEqual(lines);
    const second = order([customer('2')], day(31), 'case:sales:2');
    await store.erase(second, (count) => entry(second.orderId, count));
    expect(await store.answered('case:sales:2')).toEqual(entry('case:sales:2', lines.length));
    // What stands is read in the transaction, so that whoever comes second adds to it.
    await store.erase(second, (count, standing) => {
      expect({ count, standing }).toEqual({ count: 0, standing: entry('case:sales:2', lines.length) });
      return entry(second.orderId, count);
    });
    expect(await store.answered('case:sales:3')).toBeNull();
  });

  it('show a change of any column in the checksum', async () => {
    const lines = client.db(salesDatabase(prefix)).collection<{ _id: number }>('lines');
    const seen = new Set([(await store.others([])).checksum]);
    const changes = ['invoiceNo', 'stockCode', 'description', 'quantity', 'invoiceDate', 'unitPrice', 'country'];
    for (const column of [...changes, 'customerId']) {
      await lines.updateOne({ _id: 5 }, { $set: { [column]: 'changed' } });
      seen.add((await store.others([])).checksum);
    }
    expect(seen.size).toBe(changes.length + 2);
    const all = await store.others([]);
    expect((await store.others([5])).rows).toBe(all.rows - 1);
  });
});
