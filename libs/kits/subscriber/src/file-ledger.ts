/** The ledger that a team has which brings none: a file beside the process, durable entry by entry. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { entryOf, entryText } from './ledger-text.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';

/** Another process of the team may have the file open: wait for each other instead of failing. */
const PATIENCE_MS = 10_000;

interface Change {
  readonly orderId: string;
  readonly next: (standing: LedgerEntry | null) => LedgerEntry;
  readonly resolve: (entry: LedgerEntry) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * SQLite in one file (and its `-wal`), every entry forced to the disk before it counts; it holds no identifier. Several
 * processes on one machine may share it. Not on a network file system: SQLite's locks do not hold there.
 *
 * @param file made when it is not there, with its folder; keep it on a disk that outlives the process
 */
export function fileLedger(file: string): Required<Ledger> {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: PATIENCE_MS });
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS entries (orderId TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID;`);
  const read = db.prepare('SELECT entry FROM entries WHERE orderId = ?');
  const write = db.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)');
  const entryFor = (orderId: string): LedgerEntry | null => {
    const found = read.get(orderId);
    return found === undefined ? null : entryOf(String(found['entry']));
  };

  let waiting: Change[] = [];
  /** What was asked for in one turn shares a transaction: forcing it to the disk is what costs. */
  const changeAll = (): void => {
    const changes = waiting;
    waiting = [];
    if (changes.length === 0) return; // `close` was faster
    const made: (() => void)[] = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const { orderId, next, resolve, reject } of changes) {
        try {
          const entry = next(entryFor(orderId));
          write.run(orderId, entryText(entry));
          made.push(() => resolve(entry));
        } catch (error) {
          made.push(() => reject(error));
        }
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of changes) reject(error);
      return;
    }
    for (const tell of made) tell();
  };

  return {
    find: (orderId) => new Promise((resolve) => resolve(entryFor(orderId))),
    change: (orderId, next) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(changeAll);
        waiting.push({ orderId, next, resolve, reject });
      }),
    close: () =>
      new Promise((resolve) => {
        changeAll();
        db.close();
        resolve();
      }),
  };
}
