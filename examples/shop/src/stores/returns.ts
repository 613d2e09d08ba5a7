import { join } from 'node:path';
import type { Row } from '../data/rows.ts';
import { openTable } from './sqlite.ts';
import type { Cell, SqliteStore } from './sqlite.ts';

/** Cancelled lines. Once the money is back nobody needs them: erasing deletes the row. */
export const openReturns = (file: string): SqliteStore =>
  openTable(file, {
    name: 'returns',
    columns: {
      line: 'INTEGER',
      invoiceNo: 'TEXT',
      stockCode: 'TEXT',
      description: 'TEXT',
      quantity: 'INTEGER',
      invoiceDate: 'TEXT',
      unitPrice: 'TEXT',
      customerId: 'TEXT',
      country: 'TEXT',
    },
    since: 'invoiceDate',
    identities: { customer_id: 'customerId' },
  });

export const returnsCells = (row: Row): readonly Cell[] => [
  row.line,
  row.invoiceNo,
  row.stockCode,
  row.description,
  row.quantity,
  row.invoiceDate.toISOString(),
  row.unitPrice,
  row.customerId,
  row.country,
];

export const returnsFile = (folder: string): string => join(folder, 'returns.sqlite');
