import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';

/** One line of the file, as the shop's tills wrote it. */
export interface Row {
  /** Where it begins in the file; the header is line 1. By it a row is known in every store. */
  readonly line: number;
  /** `C...` is a cancellation. */
  readonly invoiceNo: string;
  readonly stockCode: string;
  readonly description: string;
  readonly quantity: number | null;
  readonly invoiceDate: Date;
  /** Pounds, an exact decimal as text. */
  readonly unitPrice: string | null;
  /** Null: a sale without a known customer. */
  readonly customerId: string | null;
  readonly country: string;
}

/** A line that cannot be a row. It names the line and the column, never what stands there. */
export class DataError extends Error {
  override readonly name = 'DataError';
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

export const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

const integer = /^-?\d{1,15}$/;
const decimal = /^-?\d{1,18}(\.\d{1,10})?$/;
const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Every row of `file` (.csv or .csv.gz), checked. Returned at once and not one by one: nothing may be published before
 * the last line is known to be good.
 * @throws DataError at the first line that lacks the columns
 */
export async function readRows(file: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let line = 1;
  const parser = parse({ bom: true, relax_column_count: true });
  const next = (): readonly string[] | null => parser.read() as string[] | null; // without `columns` it reads lists of texts
  parser.on('readable', () => {
    try {
      for (let fields = next(); fields !== null; fields = next()) {
        if (line === 1) checkHeader(fields);
        else rows.push(rowOf(fields, line));
        line += 1 + lineBreaksIn(fields);
      }
    } catch (error) {
      parser.destroy(error instanceof Error ? error : undefined); // the pipeline fails with it
    }
  });
  const source = createReadStream(file);
  try {
    await (file.endsWith('.gz') ? pipeline(source, createGunzip(), parser) : pipeline(source, parser));
  } catch (error) {
    if (error instanceof CsvError) throw new DataError(line, `is no CSV (${error.code})`);
    throw error;
  }
  if (line === 1) throw new DataError(1, `the header is missing: ${COLUMNS.join(',')}`);
  return rows;
}

function checkHeader(fields: readonly string[]): void {
  const absent = COLUMNS.filter((column, index) => fields[index] !== column);
  if (absent.length > 0 || fields.length !== COLUMNS.length) {
    throw new DataError(1, `the header must be ${COLUMNS.join(',')}`);
  }
}

function rowOf(fields: readonly string[], line: number): Row {
  if (fields.length !== COLUMNS.length) {
    throw new DataError(line, `has ${fields.length} of the ${COLUMNS.length} columns`);
  }
  const [
    invoiceNo = '',
    stockCode = '',
    description = '',
    quantity = '',
    date = '',
    unitPrice = '',
    id = '',
    country = '',
  ] = fields;
  if (quantity !== '' && !integer.test(quantity)) throw new DataError(line, 'Quantity is no whole number');
  if (unitPrice !== '' && !decimal.test(unitPrice)) throw new DataError(line, 'UnitPrice is no decimal number');
  const invoiceDate = new Date(time.test(date) ? date : NaN);
  if (Number.isNaN(invoiceDate.getTime()))
    throw new DataError(line, 'InvoiceDate is no time such as 2011-12-09T12:50:00Z');
  return {
    line,
    invoiceNo,
    stockCode,
    description,
    quantity: quantity === '' ? null : Number(quantity),
    invoiceDate,
    unitPrice: unitPrice === '' ? null : unitPrice,
    customerId: id === '' ? null : id,
    country,
  };
}

/** A quoted field may hold line breaks; then its row takes several lines of the file. */
function lineBreaksIn(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) breaks += 1;
  }
  return breaks;
}
