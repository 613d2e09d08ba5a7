import { SYSTEMS, systemOf } from '../data/systems.ts';
import type { ShopData, System } from '../data/systems.ts';
import type { Options } from '../options.ts';
import type { ShopBooks } from './shop-books.ts';
import { RunError } from './run-error.ts';

/** Customers of the shop's own year who look like persons and brought something back: one for each of the next starts. */
const SHORT_LIST = ['15073', '12584', '16554', '17731', '12994', '14267', '15066', '12462', '16362', '15658'];
const CANDIDATES = 50;

/**
 * Who asks to be forgotten: the one that was named, else the next of a list who is still in the books.
 * @param data read only when it is another file than the shop's own
 */
export async function chooseSubject(
  options: Options,
  books: Pick<ShopBooks, 'rowsNaming'>,
  data: () => Promise<ShopData>,
): Promise<string> {
  if (options.subject !== null) return options.subject;
  const candidates = options.ownData ? SHORT_LIST : inMostSystems(await data());
  for (const customerId of candidates) if ((await books.rowsNaming(customerId)) > 0) return customerId;
  throw new RunError(
    candidates.length === 0
      ? 'no line of the file names a customer, so nobody can ask'
      : 'every customer of the list is erased: choose another one with --subject ID',
  );
}

/** Customers in the file's order, those with rows in most systems first. */
export function inMostSystems({ rows, accounts }: ShopData): readonly string[] {
  const systems = new Map<string, Set<System>>(accounts.map(({ customerId }) => [customerId, new Set(['accounts'])]));
  for (const row of rows) if (row.customerId !== null) systems.get(row.customerId)?.add(systemOf(row));
  const held = (most: number): string[] => [...systems].filter(([, { size }]) => size === most).map(([id]) => id);
  const counts = SYSTEMS.map((_, index) => SYSTEMS.length - index);
  return counts.flatMap(held).slice(0, CANDIDATES);
}
