import { createHash } from 'node:crypto';
import type { ErasureOrdered, Identity, LedgerEntry } from '@lethe/subscriber';

/** What a team of the shop can do with its own store. */
export interface TeamStore {
  /** The ledger: what was answered to this order, if it was answered. */
  answered(orderId: string): Promise<LedgerEntry | null>;
  /**
   * Erases every row that is no later than the order's cut-off and names any of its identifiers, and writes the entry
   * that the number of those rows makes, together with the entry that stands: all or nothing. Otherwise a team that is
   * killed in between would find nothing the next time, and say so.
   */
  erase(order: Asked, entry: MakeEntry): Promise<LedgerEntry>;
  close(): Promise<void>;
}

/** What of an order a store looks at. */
export type Asked = Pick<ErasureOrdered, 'orderId' | 'identifiers' | 'eraseThrough'>;
export type MakeEntry = (rows: number, standing: LedgerEntry | null) => LedgerEntry;

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
