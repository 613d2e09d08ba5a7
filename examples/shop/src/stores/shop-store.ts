import { createHash } from 'node:crypto';
import type { Identity } from '@lethe/contracts';
import type { LedgerEntry } from '../teams/ledger.ts';

/** What Lethe asks a team to be able to do with its own store. */
export interface TeamStore {
  /** The ledger: what was answered to this order, if it was answered. */
  answered(orderId: string): Promise<LedgerEntry | null>;
  /**
   * Erases every row that is no later than `through` and names any of the identifiers, and writes the entry that the
   * number of those rows makes: both or neither. Otherwise a team that is killed in between would find nothing the next
   * time, and say so.
   */
  erase(identifiers: readonly Identity[], through: Date, entry: (rows: number) => LedgerEntry): Promise<LedgerEntry>;
  close(): Promise<void>;
}

/** What the example wants to know besides, to show that nothing else was touched. */
export interface Books {
  /** The lines of the rows that name any of the identifiers. */
  linesNaming(identifiers: readonly Identity[]): Promise<readonly number[]>;
  /** All rows but these. */
  others(but: readonly number[]): Promise<Others>;
}

export interface Others {
  readonly rows: number;
  /** SHA-256 over every column of every row, by line. */
  readonly checksum: string;
}

export type ShopStore = TeamStore & Books;

export const valuesOf = (identifiers: readonly Identity[], type: string): readonly string[] =>
  identifiers.filter((identifier) => identifier.type === type).map(({ value }) => value);

/** Rows go in by line, each as bytes that hold all its columns; each is preceded by its length, so that no two lists of rows look alike. */
export function rowChecksum(): { add(row: Uint8Array): void; done(): Others } {
  const hash = createHash('sha256');
  const length = Buffer.alloc(4);
  let rows = 0;
  return {
    add(row) {
      length.writeUInt32BE(row.length);
      hash.update(length).update(row);
      rows += 1;
    },
    done: () => ({ rows, checksum: hash.digest('hex') }),
  };
}
