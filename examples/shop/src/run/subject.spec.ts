import { describe, expect, it } from '@jest/globals';
import type { Row } from '../data/rows.ts';
import { divide } from '../data/systems.ts';
import { parseOptions } from '../options.ts';
import { disjointSets } from './discovery.ts';
import { chooseSubject, inMostSystems } from './subject.ts';

const row = (line: number, invoiceNo: string, customerId: string | null): Row => ({
  line,
  invoiceNo,
  customerId,
  stockCode: '22138',
  description: 'BAKING SET',
  quantity: 1,
  invoiceDate: new Date(0),
  unitPrice: '4.95',
  country: 'France',
});
const year = divide([row(2, '1', null), row(3, '2', 'a'), row(4, '3', 'b'), row(5, 'C4', 'c'), row(6, 'C5', 'b')]);

const choose = (args: readonly string[], inTheBooks: readonly string[], data = year): Promise<string> => {
  const options = parseOptions(args);
  if (options === null) throw new Error('help');
  const rowsNaming = (customerId: string): Promise<number> => Promise.resolve(inTheBooks.includes(customerId) ? 1 : 0);
  return chooseSubject({ ...options, ownData: false }, { rowsNaming }, () => Promise.resolve(data));
};

describe('the subject', () => {
  it('is the first customer who has rows in most systems', () => {
    expect(inMostSystems(year)).toEqual(['b', 'a', 'c']);
  });

  it('is the next one who is still in the books', async () => {
    expect(await choose([], ['a', 'b', 'c'])).toBe('b');
    expect(await choose([], ['a', 'c'])).toBe('a');
    await expect(choose([], [])).rejects.toThrow('every customer of the list is erased');
    await expect(choose([], [], divide([row(2, '1', null)]))).rejects.toThrow('names a customer');
  });

  it('is the one that was asked for, in the books or not', async () => {
    expect(await choose(['--subject', 'z'], [])).toBe('z');
  });
});

describe('the count of subjects', () => {
  it('joins what is linked, in whatever order, over however many hops', () => {
    const sets = disjointSets();
    for (const name of ['a', 'b', 'c', 'd', 'alone']) sets.add(name);
    sets.join('a', 'b');
    sets.join('c', 'd');
    sets.join('b', 'a');
    expect(sets.count()).toBe(3);
    sets.join('d', 'a');
    sets.join('c', 'b');
    expect(sets.count()).toBe(2);
    sets.join('new', 'e');
    expect(sets.count()).toBe(3);
  });
});
