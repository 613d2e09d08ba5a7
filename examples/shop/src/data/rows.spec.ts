import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { COLUMNS, readRows } from './rows.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

const file = async (
  lines: readonly string[],
  { name = 'shop.csv', header = COLUMNS.join(',') } = {},
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-shop-'));
  folders.push(folder);
  const text = [header, ...lines, ''].join('\n');
  await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  return join(folder, name);
};

const good = '536365,85123A,WHITE HOLDER,6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom';

describe('readRows', () => {
  it.each(['shop.csv', 'shop.csv.gz'])('reads %s', async (name) => {
    expect(await readRows(await file([good], { name }))).toEqual([
      {
        line: 2,
        invoiceNo: '536365',
        stockCode: '85123A',
        description: 'WHITE HOLDER',
        quantity: 6,
        invoiceDate: new Date('2010-12-01T08:26:00Z'),
        unitPrice: '2.55',
        customerId: '17850',
        country: 'United Kingdom',
      },
    ]);
  });

  it('takes the dirt of a real year: no customer, negative, empty, duplicate, quoted, accented', async () => {
    const dirty = [
      'C536379,D,Discount,-1,2010-12-01T09:41:00Z,27.50,,United Kingdom',
      '536414,22139,,56,2010-12-01T11:52:00Z,0.0,,United Kingdom',
      '536415,,,,2010-12-01T11:52:00Z,,,',
      good,
      good,
      'A563187,B,"ADJUST, ""BAD"" DEBT",1,2011-08-12T14:52:00Z,-11062.06,,Espa\u00f1a',
    ];
    const rows = await readRows(await file(dirty));
    expect(rows.map(({ customerId, quantity, unitPrice }) => [customerId, quantity, unitPrice])).toEqual([
      [null, -1, '27.50'],
      [null, 56, '0.0'],
      [null, null, null],
      ['17850', 6, '2.55'],
      ['17850', 6, '2.55'],
      [null, 1, '-11062.06'],
    ]);
    expect(rows[5]).toMatchObject({ description: 'ADJUST, "BAD" DEBT', country: 'Espa\u00f1a' });
  });

  it('counts lines, also those inside quotes', async () => {
    const rows = await readRows(await file(['1,a,"two\nlines",1,2010-12-01T08:26:00Z,1,,X', good]));
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
  });

  it.each([
    ['536365,85123A,HOLDER,6,2010-12-01T08:26:00Z,2.55,17850', 'line 3: has 7 of the 8 columns'],
    [`${good},more`, 'line 3: has 9 of the 8 columns'],
    ['', 'line 3: has 1 of the 8 columns'],
    [good.replace(',6,', ',six,'), 'line 3: Quantity is no whole number'],
    [good.replace('2.55', '2,55'), 'line 3: has 9 of the 8 columns'],
    [good.replace('2.55', '1e3'), 'line 3: UnitPrice is no decimal number'],
    [good.replace('2010-12-01T08:26:00Z', '01.12.2010'), 'line 3: InvoiceDate is no time'],
    [good.replace('2010-12-01', '2010-13-01'), 'line 3: InvoiceDate is no time'],
    ['1,a,"never closed', 'line 3: is no CSV'],
  ])('stops at %j', async (bad, problem) => {
    await expect(readRows(await file([good, bad]))).rejects.toThrow(problem);
  });

  it('wants the header', async () => {
    await expect(readRows(await file([good], { header: 'a,b' }))).rejects.toThrow('line 1: the header must be');
    const folder = await file([], { header: '' });
    await expect(readRows(folder)).rejects.toThrow('line 1:');
  });

  it('never repeats what stands in the line', async () => {
    const reading = readRows(await file([good.replace('17850', 'anna@example.com').replace(',6,', ',anna,')]));
    await expect(reading).rejects.not.toThrow(/anna/);
  });
});
