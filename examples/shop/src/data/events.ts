import type { Identity, UserEvent } from '@lethe/contracts';
import type { Row } from './rows.ts';
import { systemOf } from './systems.ts';
import type { Account, ShopData, System } from './systems.ts';

/** The dataset that each system's feed names in the catalog. */
export const DATASETS = {
  sales: 'purchase-lines',
  returns: 'cancellations',
  accounts: 'customers',
} as const satisfies Readonly<Record<System, string>>;

/**
 * The year as upstream tells it, in the file's order; a customer signs up just before their first line. An event says
 * that data about someone exists, it does not carry the row.
 */
export function* userEvents({ rows, accounts }: ShopData): Generator<UserEvent> {
  const signUps = new Map(accounts.map((account) => [account.line, account]));
  for (const row of rows) {
    const account = signUps.get(row.line);
    if (account !== undefined) yield accountEvent(account);
    yield lineEvent(row);
  }
}

function lineEvent(row: Row): UserEvent {
  const { line, customerId, invoiceDate } = row;
  const identities = customerId === null ? [] : [{ type: 'customer_id', value: customerId }];
  return userEvent(systemOf(row), line, identities, invoiceDate);
}

function accountEvent({ line, customerId, email, since }: Account): UserEvent {
  const identities = [
    { type: 'customer_id', value: customerId },
    { type: 'email', value: email },
  ];
  return userEvent('accounts', line, identities, since);
}

const userEvent = (system: System, line: number, identities: readonly Identity[], occurredAt: Date): UserEvent => ({
  // The same for every replay of the file.
  eventId: `${system}-${line}`,
  controller: 'shop',
  system,
  dataset: DATASETS[system],
  operation: 'upsert',
  identities,
  occurredAt,
});
