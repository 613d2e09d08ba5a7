import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { kafkaBus } from '@lethe/bus';
import type { Bus } from '@lethe/bus';
import { topicSpecs } from '@lethe/contracts';
import { defaultStateFolder, givenAddresses, startStack } from '@lethe/stack';
import type { Stack } from '@lethe/stack';
import { MongoClient } from 'mongodb';
import type { Options } from '../options.ts';
import { SYSTEMS } from '../data/systems.ts';
import { accountsFile } from '../stores/accounts.ts';
import { returnsFile } from '../stores/returns.ts';

/** Where a run lives: servers, a prefix of its own on them, a folder for logs and SQLite files. */
export interface World {
  readonly stack: Stack;
  readonly prefix: string;
  readonly folder: string;
  readonly bus: Bus;
  readonly mongodb: MongoClient;
  /** The year was loaded by an earlier start. */
  readonly loaded: boolean;
  /** Remembers that a load began: should it be cut short, the next start takes another prefix. */
  loading(): Promise<void>;
  /** Remembers that all of it is there. */
  loadEnded(): Promise<void>;
  /** Lets go of everything; a run with --once removes everything as well, but keeps the logs of a failure. */
  close(outcome: 'done' | 'failed'): Promise<void>;
}

/** One per loaded file. A load that was cut short is never gone on with: the next start takes a new prefix. */
interface LoadDocument {
  readonly _id: string;
  /** SHA-256 of the file. */
  readonly data: string;
  readonly state: 'loading' | 'loaded' | 'abandoned';
}

export async function openWorld(options: Options, log: (line: string) => void): Promise<World> {
  return options.once ? openTemporary(log) : openLasting(options, log);
}

async function openTemporary(log: (line: string) => void): Promise<World> {
  const stack = await startStack({ temporary: true, log });
  const given = givenAddresses(process.env);
  const shared = given.kafka !== undefined || given.mongodb !== undefined;
  // Servers that were given hold other things: a prefix that nobody has keeps us apart.
  const prefix = shared ? `once-${randomBytes(4).toString('hex')}` : 'lethe';
  const folder = mkdtempSync(join(tmpdir(), 'lethe-shop-'));
  const mongodb = await MongoClient.connect(stack.mongodb.url);
  const bus = await openBus(stack, prefix);
  return {
    ...{ stack, prefix, folder, bus, mongodb },
    loaded: false,
    loading: () => Promise.resolve(),
    loadEnded: () => Promise.resolve(),
    close: async (outcome) => {
      await bus.close();
      if (shared) await dropDatabases(mongodb, prefix);
      await mongodb.close();
      await stack.stop();
      if (given.kafka !== undefined) log(`the topics ${prefix}.* stay on the given Kafka`);
      if (outcome === 'done') await rm(folder, { recursive: true, force: true });
      else for (const file of [returnsFile(folder), accountsFile(folder)]) await rm(file, { force: true });
    },
  };
}

async function openLasting(options: Options, log: (line: string) => void): Promise<World> {
  const base = process.env['LETHE_PREFIX'] ?? 'lethe';
  const stack = await startStack({ log });
  const mongodb = await MongoClient.connect(stack.mongodb.url);
  const loads = mongodb.db(`${base}-shop`).collection<LoadDocument>('loads');
  const data = await digestOf(options.data);
  const folderOf = (prefix: string): string => join(defaultStateFolder(process.env), 'shop', prefix);

  const known = await loads.findOne({ data, state: 'loaded' });
  const whole = known !== null && existsSync(accountsFile(folderOf(known._id))) ? known : null;
  if (whole === null) {
    for (const { _id } of await loads.find({ data, state: { $ne: 'abandoned' } }).toArray()) {
      log(`an earlier load was cut short; what is left of it (${_id}) is given up`);
      await dropDatabases(mongodb, _id);
      await rm(folderOf(_id), { recursive: true, force: true });
      await loads.updateOne({ _id }, { $set: { state: 'abandoned' } });
    }
  }
  const number = (await loads.countDocuments()) + 1;
  const prefix = whole?._id ?? (number === 1 ? base : `${base}-${number}`);
  const folder = folderOf(prefix);
  mkdirSync(folder, { recursive: true });
  const bus = await openBus(stack, prefix);
  return {
    ...{ stack, prefix, folder, bus, mongodb },
    loaded: whole !== null,
    loading: async () => {
      await loads.insertOne({ _id: prefix, data, state: 'loading' });
    },
    loadEnded: async () => {
      await loads.updateOne({ _id: prefix }, { $set: { state: 'loaded' } });
    },
    close: async () => {
      await bus.close();
      await mongodb.close();
    },
  };
}

/** The topics are made here once, so that services and teams may all start at the same moment. */
async function openBus(stack: Stack, prefix: string): Promise<Bus> {
  const bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-shop` });
  await bus.createTopics(topicSpecs(prefix, SYSTEMS));
  return bus;
}

async function dropDatabases(mongodb: MongoClient, prefix: string): Promise<void> {
  const { databases } = await mongodb.db().admin().listDatabases({ nameOnly: true });
  const own = ['intake', 'discovery', 'erasure', 'audit', 'shop-sales'].map((name) => `${prefix}-${name}`);
  for (const { name } of databases) if (own.includes(name)) await mongodb.db(name).dropDatabase();
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
