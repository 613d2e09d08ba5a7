import { MongoClient, type Db } from 'mongodb';
import { StoreError } from './errors.ts';

/** A service's own database on a replica set. Everything is written and read with the majority. */
export interface Store {
  readonly client: MongoClient;
  readonly db: Db;
  /** The database's clock: leases and due times compare with it, never with a process's. */
  now(): Promise<Date>;
  close(): Promise<void>;
}

/** A transaction that a killed process left open blocks what it touched until mongod ends it: it must do so soon. */
const LONGEST_ORPHAN_TRANSACTION_S = 10;

/**
 * Connects and checks what the platform's rules rely on: a replica set, and orphan transactions that end soon.
 * @throws StoreError `not_a_replica_set` | `orphans_live_long`
 */
export async function connectStore(url: string, database: string): Promise<Store> {
  const client = new MongoClient(url, {
    appName: database,
    promoteBuffers: true,
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
    retryWrites: true,
    serverSelectionTimeoutMS: 10_000,
    maxPoolSize: 40,
  });
  const admin = client.db('admin');
  const now = async (): Promise<Date> => {
    const hello = await admin.command({ hello: 1 });
    return hello['localTime'] as Date;
  };
  try {
    await client.connect();
    await check(client);
  } catch (error) {
    await client.close();
    throw error;
  }
  return { client, db: client.db(database), now, close: () => client.close() };
}

async function check(client: MongoClient): Promise<void> {
  const admin = client.db('admin');
  const hello = await admin.command({ hello: 1 });
  if (typeof hello['setName'] !== 'string') {
    throw new StoreError(
      'not_a_replica_set',
      'MongoDB at the given address is not a member of a replica set, so it has no transactions: start it with --replSet and initiate it',
    );
  }
  const limit: unknown = (await admin.command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 }))[
    'transactionLifetimeLimitSeconds'
  ];
  if (typeof limit !== 'number' || limit > LONGEST_ORPHAN_TRANSACTION_S) {
    throw new StoreError(
      'orphans_live_long',
      `MongoDB's transactionLifetimeLimitSeconds is ${String(limit)}, but must be at most ${LONGEST_ORPHAN_TRANSACTION_S}: a killed process would block its records that long`,
    );
  }
}
