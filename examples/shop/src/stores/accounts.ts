import { join } from 'node:path';
import type { Account } from '../data/systems.ts';
import { openTable } from './sqlite.ts';
import type { Cell, SqliteStore } from './sqlite.ts';

/** Who signed up with which address. It finds a customer by either; erasing deletes the account. */
export const openAccounts = (file: string): SqliteStore =>
  openTable(file, {
    name: 'accounts',
    columns: { line: 'INTEGER', customerId: 'TEXT', email: 'TEXT', since: 'TEXT' },
    since: 'since',
    identities: { customer_id: 'customerId', email: 'email' },
  });

export const accountCells = ({ line, customerId, email, since }: Account): readonly Cell[] => [
  line,
  customerId,
  email,
  since.toISOString(),
];

export const accountsFile = (folder: string): string => join(folder, 'accounts.sqlite');
