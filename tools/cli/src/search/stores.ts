/** Looks through every document of every store of the deployment. */
import type { MongoClient } from 'mongodb';
import { bytesOf, type Documents, type Fields, whereOf } from './documents.ts';
import type { Looking } from './looking.ts';
import { storePlace } from './places.ts';

export interface StoreOf {
  readonly service: string;
  readonly database: string;
}

/**
 * The databases of this deployment. A longer prefix may begin like ours, and a team may keep a database under it: a
 * service of ours has a relay under its own name.
 */
export async function findStores(
  client: MongoClient,
  prefix: string,
): Promise<{ readonly stores: readonly StoreOf[]; readonly others: readonly string[] }> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const stores: StoreOf[] = [];
  const others: string[] = [];
  for (const { name: database } of databases) {
    if (!database.startsWith(`${prefix}-`)) continue;
    const service = database.slice(prefix.length + 1);
    const relay = await client.db(database).collection<{ _id: string }>('relay').findOne({ _id: service });
    if (relay === null) others.push(database);
    else stores.push({ service, database });
  }
  return { stores, others };
}

/** Those that are there; what is missing or is somebody else's is told. */
export async function storesOf(client: MongoClient, looking: Looking): Promise<readonly StoreOf[]> {
  const { stores, others } = await findStores(client, looking.prefix);
  for (const database of others) {
    looking.notLooked(`the database ${database}: it is no store of a service of this deployment`);
  }
  for (const service of services) {
    if (stores.some((store) => store.service === service)) continue;
    looking.blindTo(`the store of ${service}: this account sees no database ${looking.prefix}-${service} of a service`);
  }
  return stores;
}

const services = ['intake', 'discovery', 'erasure', 'audit'] as const;

/** Messages stand in it as byte strings. */
const OUTBOX = 'outbox';
const EVERY = 500;

export async function searchStores(
  client: MongoClient,
  stores: readonly StoreOf[],
  documents: (always: boolean) => Documents,
  looking: Looking,
): Promise<void> {
  for (const { service, database } of stores) {
    const db = client.db(database);
    for (const { name, type } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      // A view shows what stands in collections.
      if (type === 'view') continue;
      const lookAt = documents(name === OUTBOX);
      let count = 0;
      for await (const raw of db.collection(name).find({}, { raw: true, batchSize: 5_000 })) {
        const { seen, fields } = lookAt.sightings(bytesOf(raw));
        if (seen.length > 0) {
          looking.findings.add(storePlace(service, database, name, stateOf(fields)), seen, whereOf(fields));
        }
        count += 1;
        if (count % EVERY === 0) looking.goOn();
      }
      looking.looked('documents', count);
    }
  }
}

function stateOf(fields: Fields | undefined): unknown {
  const state = fields?.['state'];
  return typeof state === 'object' && state !== null && 'state' in state ? state.state : undefined;
}
