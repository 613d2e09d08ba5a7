import { afterEach, describe, expect, it } from '@jest/globals';
import type { Identity, LedgerEntry } from '@lethe/subscriber';
import { accountCells, openAccounts } from './accounts.ts';
import { openReturns } from './returns.ts';
import type { SqliteStore } from './sqlite.ts';

const day = (number: number): Date => new Date(Date.UTC(2011, 0, number));
const account = (line: number, customerId: string) => ({
  line,
  customerId,
  email: `customer-${customerId}@example.com`,
  since: day(line),
});
const order = (identifiers: readonly Identity[], eraseThrough = day(31)) => ({
  orderId: 'c:accounts:1',
  identifiers,
  eraseThrough,
});
/** What the kit makes of a number of rows is the kit's own test. */
const entry = (count: number): LedgerEntry => ({
  orderId: 'c:accounts:1',
  answer: {
    outcome: 'erased',
    count,
    method: 'deleted',
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
const customer = (value: string) => ({ type: 'customer_id', value });
const email = (value: string) => ({ type: 'email', value });

const opened: SqliteStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
});

const accounts = async (): Promise<SqliteStore> => {
  const store = openAccounts(':memory:');
  opened.push(store);
  await store.fill([2, 3, 4, 5].map((line) => accountCells(account(line, `1${line}`))));
  return store;
};

describe('the accounts of the shop', () => {
  it('are found by customer number or address', async () => {
    const store = await accounts();
    expect(await store.linesNaming([customer('12'), email('customer-14@example.com')])).toEqual([2, 4]);
    expect(await store.linesNaming([])).toEqual([]);
    expect(await store.linesNaming([{ type: 'phone', value: '12' }])).toEqual([]);
  });

  it('go with all identifiers of an order, and no other row changes', async () => {
    const store = await accounts();
    const before = await store.others([2, 4]);
    const made = await store.erase(order([customer('12'), customer('14'), email('customer-12@example.com')]), entry);
    expect(made.answer?.count).toBe(2);
    expect(await store.linesNaming([customer('12'), customer('14')])).toEqual([]);
    expect(await store.others([2, 4])).toEqual(before);
    expect(before.rows).toBe(2);
  });

  it('stay when they are later than the cut-off', async () => {
    const store = await accounts();
    expect((await store.erase(order([customer('12'), customer('15')], day(3)), entry)).answer?.count).toBe(1);
    expect(await store.linesNaming([customer('15')])).toEqual([5]);
  });

  it('take values as values, whatever they look like', async () => {
    const store = await accounts();
    expect((await store.erase(order([customer(`' OR 1=1 --`), email('%')]), entry)).answer?.count).toBe(0);
    expect((await store.others([])).rows).toBe(4);
  });

  it('write the ledger and erase at once: both or neither', async () => {
    const store = await accounts();
    const failing = store.erase(order([customer('12')]), () => {
      throw new Error('killed here');
    });
    await expect(failing).rejects.toThrow('killed here');
    expect(await store.linesNaming([customer('12')])).toEqual([2]);
    expect(await store.answered('c:accounts:1')).toBeNull();
    await store.erase(order([customer('12')]), entry);
    expect(await store.answered('c:accounts:1')).toEqual(entry(1));
    // What stands is read in the transaction, so that whoever comes second adds to it.
    await store.erase(order([customer('12')]), (rows, standing) => {
      expect({ rows, standing }).toEqual({ rows: 0, standing: entry(1) });
      return entry(rows);
    });
  });
});

describe('the checksum', () => {
  it('sees a change in any column', async () => {
    const store = openReturns(':memory:');
    opened.push(store);
    const cells = [2, 'C1', '22138', 'BAKING SET', -1, '2011-01-02T00:00:00.000Z', '4.95', '12', 'France'] as const;
    await store.fill([cells]);
    const seen = new Set([(await store.others([])).checksum]);
    for (let column = 1; column < cells.length; column += 1) {
      await store.fill([cells.map((cell, index) => (index === column ? (index === 4 ? -2 : `${cell}x`) : cell))]);
      seen.add((await store.others([])).checksum);
    }
    await store.fill([cells.map((cell, index) => (index === 7 ? null : cell))]);
    seen.add((await store.others([])).checksum);
    expect(seen.size).toBe(cells.length + 1);
  });
});
