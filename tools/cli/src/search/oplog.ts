/** Looks through the log of writes that a replica set keeps: it holds what its documents said before. */
import { MongoServerError, type MongoClient } from 'mongodb';
import { bytesOf, type Documents, type Fields } from './documents.ts';
import { type Looking } from './looking.ts';
import { oplogPlace } from './places.ts';
import type { StoreOf } from './stores.ts';

const UNAUTHORIZED = 13;
const EVERY = 500;

export async function searchOplog(
  client: MongoClient,
  stores: readonly StoreOf[],
  documents: (always: boolean) => Documents,
  looking: Looking,
): Promise<void> {
  const serviceOf = new Map(stores.map(({ service, database }) => [database, service]));
  if (serviceOf.size === 0) return;
  const ours = { $regex: `^(${[...serviceOf.keys()].map(literally).join('|')})\\.` };
  const found = client
    .db('local')
    .collection('oplog.rs')
    // A transaction is one entry that lists its writes.
    .find(
      { $or: [{ ns: ours }, { 'o.applyOps.ns': ours }] },
      { raw: true, readConcern: { level: 'local' }, batchSize: 5_000 },
    );
  const [some, outbox] = [documents(false), documents(true)];
  let count = 0;
  try {
    for await (const entry of found) {
      const raw = bytesOf(entry);
      const { seen, fields } = (raw.includes('.outbox\0') ? outbox : some).sightings(raw);
      if (seen.length > 0 && fields !== undefined) {
        for (const write of writesIn(fields)) {
          const [database, collection] = splitAtDot(String(write['ns']));
          const service = serviceOf.get(database);
          const here = service === undefined ? [] : outbox.sightingsIn(write);
          if (service !== undefined && here.length > 0) {
            looking.findings.add(oplogPlace(service, database, collection), here, null);
          }
        }
      }
      count += 1;
      if (count % EVERY === 0) looking.goOn();
    }
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== UNAUTHORIZED) throw error;
    looking.blindTo("MongoDB's log of writes (local.oplog.rs): this account may not read it");
  }
  looking.looked('writes in the log of the database', count);
}

function writesIn(entry: Fields): readonly Fields[] {
  const { o } = entry;
  const inner = typeof o === 'object' && o !== null && 'applyOps' in o ? o.applyOps : null;
  return Array.isArray(inner) ? (inner as readonly Fields[]) : [entry];
}

const splitAtDot = (ns: string): readonly [string, string] => [
  ns.slice(0, ns.indexOf('.')),
  ns.slice(ns.indexOf('.') + 1),
];
const literally = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, '\\$&');
