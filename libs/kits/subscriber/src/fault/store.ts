/** A team's store in one file, with rows to erase, and a ledger beside them for who writes both in one transaction. */
import { DatabaseSync } from 'node:sqlite';
import type { ErasureOrdered } from '@lethe/contracts';
import { entryOf, entryText } from '../ledger-text.ts';
import type { LedgerEntry } from '../ledger.ts';
import { valuesOf } from '../values-of.ts';

export type Asked = Pick<ErasureOrdered, 'orderId' | 'identifiers'>;

export function openStore(file: string) {
  const db = new DatabaseSync(file, { timeout: 10_000 });
  db.exec(`
    CREATE TABLE IF NOT EXISTS rows (email TEXT);
    CREATE TABLE IF NOT EXISTS answers (orderId TEXT PRIMARY KEY, entry TEXT)`);
  const naming = 'FROM rows WHERE email IN (SELECT value FROM json_each(?))';
  const emails = (order: Asked): string => JSON.stringify(valuesOf(order, 'email'));
  const answered = (orderId: string): LedgerEntry | null => {
    const found = db.prepare('SELECT entry FROM answers WHERE orderId = ?').get(orderId);
    return found === undefined ? null : entryOf(String(found['entry']));
  };
  const erase = (order: Asked): number => Number(db.prepare(`DELETE ${naming}`).run(emails(order)).changes);
  return {
    fill(email: string, rows: number): void {
      for (let row = 0; row < rows; row += 1) db.prepare('INSERT INTO rows VALUES (?)').run(email);
    },
    count: (order: Asked): number =>
      Number(db.prepare(`SELECT count(*) AS held ${naming}`).get(emails(order))?.['held']),
    answered,
    erase,
    /** Rows and entry, both or neither. */
    eraseAndRecord(order: Asked, entry: (rows: number, standing: LedgerEntry | null) => LedgerEntry): LedgerEntry {
      db.exec('BEGIN IMMEDIATE');
      try {
        const made = entry(erase(order), answered(order.orderId));
        db.prepare('INSERT OR REPLACE INTO answers VALUES (?, ?)').run(order.orderId, entryText(made));
        db.exec('COMMIT');
        return made;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
