import { describe, expect, it } from '@jest/globals';
import { userEvents } from './events.ts';
import type { Row } from './rows.ts';
import { divide } from './systems.ts';

const row = (line: number, invoiceNo: string, customerId: string | null): Row => ({
  line,
  invoiceNo,
  customerId,
  stockCode: '22138',
  description: 'BAKING SET',
  quantity: 1,
  invoiceDate: new Date(Date.UTC(2011, 0, line)),
  unitPrice: '4.95',
  country: 'France',
});

const data = divide([row(2, '1', '10'), row(3, 'C2', '10'), row(4, '3', null), row(5, 'C4', '11')]);

describe('divide', () => {
  it('gives every line to one system, and every customer one account', () => {
    expect(data.sales.map(({ line }) => line)).toEqual([2, 4]);
    expect(data.returns.map(({ line }) => line)).toEqual([3, 5]);
    expect(data.accounts.map(({ customerId, line }) => [customerId, line])).toEqual([
      ['10', 2],
      ['11', 5],
    ]);
  });
});

describe('userEvents', () => {
  const events = [...userEvents(data)];

  it('tells one event for each line and one for each customer, in the order of the file', () => {
    expect(events.map(({ eventId }) => eventId)).toEqual([
      'accounts-2',
      'sales-2',
      'returns-3',
      'sales-4',
      'accounts-5',
      'returns-5',
    ]);
  });

  it('names the customer where there is one, and the made-up address in the account', () => {
    expect(events.map(({ identities }) => identities.map(({ value }) => value))).toEqual([
      ['10', 'customer-10@example.com'],
      ['10'],
      ['10'],
      [],
      ['11', 'customer-11@example.com'],
      ['11'],
    ]);
  });

  it("happened at the invoice's time", () => {
    expect(events[2]?.occurredAt).toEqual(new Date('2011-01-03'));
  });
});
