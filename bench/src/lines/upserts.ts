/** Writing: bulk upserts through the store's transactions beside the driver's own. */
import { randomUUID } from 'node:crypto';
import { connectStore, transact, writeInBulk } from '@lethe/store';
import { MongoClient } from 'mongodb';
import type { Line, Outcome } from '../line.ts';
import { stopwatch } from '../stopwatch.ts';

const DOCUMENTS = 40_000;
/** Per bulk write, on both sides; as many as a service has messages in a transaction. */
const AT_ONCE = 250;
/** How many bulk writes are open at the same time: as many partitions a service works on at once. */
const PARALLEL = 3;

interface Footprint {
  readonly _id: string;
  readonly ref: string;
  readonly system: string;
  readonly dataset: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export const upserts: Line = {
  name: 'upserts',
  figures: [{ name: 'upserts', unit: 'documents/s', better: 'more', bar: 0.7 }],
  floorIs:
    "the driver's bulkWrite of new footprints as upserts, unordered, 250 each, three at a time, in its own transactions: those are faster than bulk writes without (one entry in MongoDB's log instead of 250), so they are the floor",
  oursIs: 'the same upserts through transact and writeInBulk of @lethe/store',
  warmUp: true,
  inProcess: true,
  open: async (bench) => {
    const prefix = bench.name('upserts');
    const database = `${prefix}-store`;
    const store = await connectStore(bench.servers.mongodb, database);
    const raw = await new MongoClient(bench.servers.mongodb, {
      writeConcern: { w: 'majority', journal: true },
      maxPoolSize: PARALLEL,
    }).connect();
    const bulks = Math.max(20, Math.round(bench.size(DOCUMENTS) / AT_ONCE));

    const measured = async (
      collection: string,
      write: (documents: readonly Footprint[]) => Promise<unknown>,
    ): Promise<Outcome> => {
      const of = store.db.collection<Footprint>(collection);
      await of.deleteMany({});
      await of.createIndex({ ref: 1 });
      const total = bulks * AT_ONCE;
      const work = Array.from({ length: bulks }, () => Array.from({ length: AT_ONCE }, footprint)).values();
      const watch = stopwatch(total);
      let done = 0;
      const one = async (): Promise<void> => {
        for (const documents of work) {
          await write(documents);
          done += documents.length;
          watch.at(done);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, one));
      const seen = await of.countDocuments();
      return { values: { upserts: watch.rate() }, counts: [{ what: 'documents', expected: total, seen }] };
    };
    return {
      ours: () =>
        measured('footprints', (documents) =>
          transact(store, (session) => writeInBulk<Footprint>(store.db, 'footprints', documents.map(upsert), session)),
        ),
      floor: () =>
        measured('raw-footprints', (documents) =>
          raw.withSession((session) =>
            session.withTransaction(
              () =>
                raw
                  .db(database)
                  .collection<Footprint>('raw-footprints')
                  .bulkWrite(documents.map(upsert), { session, ordered: false }),
              { readConcern: { level: 'snapshot' } },
            ),
          ),
        ),
      [Symbol.asyncDispose]: async () => {
        await raw.close();
        await store.close();
        await bench.forget(prefix);
      },
    };
  },
};

/** As discovery keeps one. */
function footprint(): Footprint {
  const ref = `v1:${randomUUID()}${randomUUID()}`;
  const day = '2026-01-05';
  return { _id: `${ref}|desk|members`, ref, system: 'desk', dataset: 'members', firstSeen: day, lastSeen: day };
}

function upsert({ _id, ref, system, dataset, firstSeen, lastSeen }: Footprint) {
  const update = { $setOnInsert: { ref, system, dataset }, $min: { firstSeen }, $max: { lastSeen } };
  return { updateOne: { filter: { _id }, update, upsert: true } };
}
