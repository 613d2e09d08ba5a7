import { Decimal128, MongoClient } from 'mongodb';
import type { Collection, Filter } from 'mongodb';
import { entryOf, entryText, type Identity, valuesOf } from '@lethe/subscriber';
import type { Row } from '../data/rows.ts';
import { rowChecksum } from './shop-store.ts';
import type { ShopStore } from './shop-store.ts';

/** A purchase line as bookkeeping keeps it. `_id` is the line in the file. */
interface SalesLine {
  readonly _id: number;
  readonly invoiceNo: string;
  readonly stockCode: string;
  readonly description: string;
  readonly quantity: number | null;
  readonly invoiceDate: Date;
  readonly unitPrice: Decimal128 | null;
  readonly customerId: string | null;
  readonly country: string;
}

interface AnswerDocument {
  /** The order's id. */
  readonly _id: string;
  readonly entry: string;
}

const FILL_BATCH = 5_000;
const PATIENCE_MS = 20_000;

export interface SalesStore extends ShopStore {
  /** Starts anew with these rows. */
  fill(rows: readonly Row[]): Promise<void>;
  /** The exact sum of quantity x unit price over all lines, in pounds. */
  revenue(): Promise<string>;
}

export const salesDatabase = (prefix: string): string => `${prefix}-shop-sales`;

/**
 * Sales keep their purchase lines in MongoDB. Bookkeeping needs them for years, without knowing who bought: erasing means
 * that the line stays and loses its customer.
 */
export async function openSales(url: string, prefix: string): Promise<SalesStore> {
  const client = new MongoClient(url, {
    appName: salesDatabase(prefix),
    serverSelectionTimeoutMS: PATIENCE_MS,
    writeConcern: { w: 'majority', journal: true },
  });
  await client.connect();
  const db = client.db(salesDatabase(prefix));
  const lines = db.collection<SalesLine>('lines');
  const answers = db.collection<AnswerDocument>('answers');

  return {
    async answered(orderId) {
      const found = await answers.findOne({ _id: orderId });
      return found === null ? null : entryOf(found.entry);
    },
    erase: ({ orderId, identifiers, eraseThrough }, entry) =>
      client.withSession((session) =>
        session.withTransaction(
          async () => {
            const naming = { ...whoseLines(identifiers), invoiceDate: { $lte: eraseThrough } };
            const { modifiedCount } = await lines.updateMany(naming, { $set: { customerId: null } }, { session });
            const standing = await answers.findOne({ _id: orderId }, { session });
            const made = entry(modifiedCount, standing === null ? null : entryOf(standing.entry));
            await answers.replaceOne({ _id: orderId }, { entry: entryText(made) }, { session, upsert: true });
            return made;
          },
          { timeoutMS: PATIENCE_MS },
        ),
      ),
    async linesNaming(identifiers) {
      const found = await lines.find(whoseLines(identifiers), { projection: { _id: 1 } }).toArray();
      return found.map(({ _id }) => _id);
    },
    async others(but) {
      const sum = rowChecksum();
      // Raw: every column of the line, exactly as it is stored, without unpacking half a million of them.
      const rest = lines.find({ _id: { $nin: [...but] } }, { sort: { _id: 1 }, raw: true, batchSize: 20_000 });
      while (await rest.hasNext()) {
        const lines: readonly unknown[] = rest.readBufferedDocuments();
        for (const line of lines) sum.add(line as Uint8Array); // what `raw` gives
      }
      return sum.done();
    },
    async revenue() {
      const [sum] = await lines
        .aggregate<{ pounds: Decimal128 }>([
          { $group: { _id: null, pounds: { $sum: { $multiply: ['$quantity', '$unitPrice'] } } } },
        ])
        .toArray();
      return sum?.pounds.toString() ?? '0';
    },
    async fill(rows) {
      await db.dropDatabase();
      await insertAll(lines, rows);
      await lines.createIndex({ customerId: 1 });
    },
    close: () => client.close(),
  };
}

const whoseLines = (identifiers: readonly Identity[]): Filter<SalesLine> => ({
  customerId: { $in: [...valuesOf({ identifiers }, 'customer_id')] },
});

async function insertAll(lines: Collection<SalesLine>, rows: readonly Row[]): Promise<void> {
  const decimals = new Map<string, Decimal128>();
  let writing: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < rows.length; from += FILL_BATCH) {
    const batch = rows.slice(from, from + FILL_BATCH).map((row) => lineOf(row, decimals));
    await writing;
    // Quickly rather than durably: a fill that is cut short is done again from the start.
    writing = lines.insertMany(batch, { ordered: false, writeConcern: { w: 1, journal: false } });
  }
  await writing;
}

/** There are half a million lines but few prices. */
function lineOf({ line, unitPrice, ...row }: Row, decimals: Map<string, Decimal128>): SalesLine {
  if (unitPrice === null) return { _id: line, ...row, unitPrice };
  const price = decimals.get(unitPrice) ?? Decimal128.fromString(unitPrice);
  decimals.set(unitPrice, price);
  return { _id: line, ...row, unitPrice: price };
}
