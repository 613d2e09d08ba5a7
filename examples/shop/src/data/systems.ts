import type { Row } from './rows.ts';

/** The three systems of the shop, as catalog/systems declares them. */
export const SYSTEMS = ['sales', 'returns', 'accounts'] as const;
export type System = (typeof SYSTEMS)[number];

/** A customer as the accounts system knows it. */
export interface Account {
  /** The first line of the file that names the customer. */
  readonly line: number;
  readonly customerId: string;
  readonly email: string;
  /** Of that line's invoice. */
  readonly since: Date;
}

export interface ShopData {
  /** All lines, in the file's order. */
  readonly rows: readonly Row[];
  /** Purchase lines, with and without a customer. */
  readonly sales: readonly Row[];
  /** Lines of cancelling invoices, `C...`. */
  readonly returns: readonly Row[];
  /** One per customer. */
  readonly accounts: readonly Account[];
}

/** The file holds no e-mail addresses: this one is made up, under a domain that belongs to nobody (RFC 2606). */
export const emailOf = (customerId: string): string => `customer-${customerId}@example.com`;

/** Which system holds the line. */
export const systemOf = ({ invoiceNo }: Row): 'sales' | 'returns' => (invoiceNo.startsWith('C') ? 'returns' : 'sales');

export function divide(rows: readonly Row[]): ShopData {
  const sales: Row[] = [];
  const returns: Row[] = [];
  const accounts = new Map<string, Account>();
  for (const row of rows) {
    (systemOf(row) === 'sales' ? sales : returns).push(row);
    const { customerId, line, invoiceDate } = row;
    if (customerId !== null && !accounts.has(customerId)) {
      accounts.set(customerId, { line, customerId, email: emailOf(customerId), since: invoiceDate });
    }
  }
  return { rows, sales, returns, accounts: [...accounts.values()] };
}
