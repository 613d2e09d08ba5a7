import type { Identity } from '@lethe/contracts';
import { emailOf, SYSTEMS } from '../data/systems.ts';
import type { ShopData, System } from '../data/systems.ts';
import { accountCells, accountsFile, openAccounts } from '../stores/accounts.ts';
import { openReturns, returnsCells, returnsFile } from '../stores/returns.ts';
import { openSales } from '../stores/sales.ts';
import type { SalesStore } from '../stores/sales.ts';
import type { Others, ShopStore } from '../stores/shop-store.ts';
import type { World } from './world.ts';

/** What the stores of the three teams hold: filled by the example, read before and after. */
export interface ShopBooks {
  fill(data: ShopData): Promise<void>;
  /** Rows that name the customer, in all systems together. */
  rowsNaming(customerId: string): Promise<number>;
  /** What there is about the customer, and about everyone else. */
  before(customerId: string): Promise<Snapshot>;
  /** The same again. The others are the rows that did not name the customer before. */
  after(before: Snapshot): Promise<Snapshot>;
  close(): Promise<void>;
}

export interface Snapshot {
  readonly customerId: string;
  readonly systems: Readonly<Record<System, SystemRows>>;
  /** Of all lines of sales, in pounds: exact. */
  readonly revenue: string;
}

export interface SystemRows extends Others {
  /** The lines that named the customer before. */
  readonly lines: readonly number[];
  /** How many rows name the customer now. */
  readonly naming: number;
}

export async function openBooks({ stack, prefix, folder }: World): Promise<ShopBooks> {
  const sales: SalesStore = await openSales(stack.mongodb.url, prefix);
  const returns = openReturns(returnsFile(folder));
  const accounts = openAccounts(accountsFile(folder));
  const stores: Readonly<Record<System, ShopStore>> = { sales, returns, accounts };

  const snapshot = async (customerId: string, linesBefore: Snapshot['systems'] | null): Promise<Snapshot> => {
    const rowsOf = async (system: System): Promise<SystemRows> => {
      const naming = await stores[system].linesNaming(identitiesOf(customerId));
      const lines = linesBefore?.[system].lines ?? naming;
      return { lines, naming: naming.length, ...(await stores[system].others(lines)) };
    };
    const [inSales, inReturns, inAccounts, revenue] = await Promise.all([
      rowsOf('sales'),
      rowsOf('returns'),
      rowsOf('accounts'),
      sales.revenue(),
    ]);
    return { customerId, systems: { sales: inSales, returns: inReturns, accounts: inAccounts }, revenue };
  };

  return {
    async fill(data) {
      await Promise.all([
        sales.fill(data.sales),
        returns.fill(data.returns.map(returnsCells)),
        accounts.fill(data.accounts.map(accountCells)),
      ]);
    },
    async rowsNaming(customerId) {
      const lines = await Promise.all(SYSTEMS.map((system) => stores[system].linesNaming(identitiesOf(customerId))));
      return lines.flat().length;
    },
    before: (customerId) => snapshot(customerId, null),
    after: ({ customerId, systems }) => snapshot(customerId, systems),
    async close() {
      await Promise.all(SYSTEMS.map((system) => stores[system].close()));
    },
  };
}

const identitiesOf = (customerId: string): readonly Identity[] => [
  { type: 'customer_id', value: customerId },
  { type: 'email', value: emailOf(customerId) },
];

/** Everyone else's rows are the same rows with the same content, and the money is all there. */
export const othersUnchanged = (before: Snapshot, after: Snapshot): boolean =>
  before.revenue === after.revenue &&
  SYSTEMS.every((system) => before.systems[system].checksum === after.systems[system].checksum);
