import { DatabaseSync } from 'node:sqlite';
import { entryOf, entryText, type Identity, type LedgerEntry, valuesOf } from '@lethe/subscriber';
import { rowChecksum } from './shop-store.ts';
import type { ShopStore } from './shop-store.ts';

/** One table of a team that deletes. The first column is `line`, the row's line in the file. */
export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, 'INTEGER' | 'TEXT'>>;
  /** The column that says since when the row is there, an ISO time in UTC (they sort as texts). Erasing reaches no further than the order's cut-off. */
  readonly since: string;
  /** Identity type -> the column that holds it. */
  readonly identities: Readonly<Record<string, string>>;
}

export type Cell = string | number | null;

export interface SqliteStore extends ShopStore {
  /** Starts anew with these rows, cells in the order of the columns. */
  fill(rows: Iterable<readonly Cell[]>): Promise<void>;
}

/** The team writes while the example reads: wait for each other instead of failing. */
const PATIENCE_MS = 10_000;

/** What returns and accounts have in common: a table, a ledger beside it, one transaction for both. */
export function openTable(file: string, table: Table): SqliteStore {
  const db = new DatabaseSync(file, { timeout: PATIENCE_MS });
  db.exec(`PRAGMA secure_delete = ON; ${schemaOf(table)}`); // deleted cells are overwritten, not only forgotten
  const naming = db.prepare(`SELECT line FROM ${table.name} WHERE ${whoseRows(table)}`);
  const remove = db.prepare(`DELETE FROM ${table.name} WHERE (${whoseRows(table)}) AND ${table.since} <= :through`);
  const find = db.prepare('SELECT entry FROM answers WHERE orderId = ?');
  const record = db.prepare('INSERT OR REPLACE INTO answers VALUES (?, ?)');
  const rest = db.prepare(
    `SELECT * FROM ${table.name} WHERE line NOT IN (SELECT value FROM json_each(:but)) ORDER BY line`,
  );

  const entryFor = (orderId: string): LedgerEntry | null => {
    const found = find.get(orderId);
    return found === undefined ? null : entryOf(String(found['entry']));
  };

  const atOnce = <T>(work: () => T): T => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };

  return {
    answered: (orderId) => soon(() => entryFor(orderId)),
    erase: ({ orderId, identifiers, eraseThrough }, entry) =>
      soon(() =>
        atOnce(() => {
          const through = eraseThrough.toISOString();
          const { changes } = remove.run({ ...identityLists(table, identifiers), through });
          const made = entry(Number(changes), entryFor(orderId));
          record.run(orderId, entryText(made));
          return made;
        }),
      ),
    linesNaming: (identifiers) =>
      soon(() => naming.all(identityLists(table, identifiers)).map(({ line }) => Number(line))),
    others: (but) =>
      soon(() => {
        const sum = rowChecksum();
        for (const row of rest.iterate({ but: JSON.stringify(but) })) sum.add(Buffer.from(JSON.stringify(row)));
        return sum.done();
      }),
    fill: (rows) =>
      soon(() =>
        atOnce(() => {
          db.exec(`DELETE FROM ${table.name}; DELETE FROM answers`);
          const cells = Object.keys(table.columns).map(() => '?');
          const insert = db.prepare(`INSERT INTO ${table.name} VALUES (${cells.join(', ')})`);
          for (const row of rows) insert.run(...row);
        }),
      ),
    close: () => soon(() => db.close()),
  };
}

const schemaOf = ({ name, columns, identities }: Table): string => {
  const declared = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  const indexes = Object.values(identities).map(
    (column) => `CREATE INDEX IF NOT EXISTS ${name}_${column} ON ${name} (${column});`,
  );
  return `
    CREATE TABLE IF NOT EXISTS ${name} (${declared.join(', ')}, PRIMARY KEY (line));
    ${indexes.join('')}
    CREATE TABLE IF NOT EXISTS answers (orderId TEXT PRIMARY KEY, entry TEXT);`;
};

/** Names of tables and columns are ours; values only ever go in as parameters, one JSON list for each identity type. */
const whoseRows = ({ identities }: Table): string =>
  Object.entries(identities)
    .map(([type, column]) => `${column} IN (SELECT value FROM json_each(:${type}))`)
    .join(' OR ');

const identityLists = ({ identities }: Table, wanted: readonly Identity[]): Record<string, string> =>
  Object.fromEntries(
    Object.keys(identities).map((type) => [type, JSON.stringify(valuesOf({ identifiers: wanted }, type))]),
  );

/** node:sqlite works at once; a store answers with promises, since others cannot. */
const soon = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });
