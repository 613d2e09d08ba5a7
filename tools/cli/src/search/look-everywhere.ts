/** One search: topics, segment files, stores, the database's log and log files, each looked through once. */
import type { KafkaLog } from '@lethe/bus';
import type { Catalog } from '@lethe/catalog';
import type { Keys } from '@lethe/identity';
import type { MongoClient } from 'mongodb';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { documentsUnder } from './documents.ts';
import { type Finding, Findings } from './findings.ts';
import { lensOf } from './lens.ts';
import { type Looked, type Looking, seenBy } from './looking.ts';
import { searchLogs, searchMongodbLog } from './logs.ts';
import { tellMissingKeys } from './missing-keys.ts';
import { searchOplog } from './oplog.ts';
import { searchSegments } from './segments.ts';
import type { Sought } from './sought.ts';
import { isTooShort } from './spellings.ts';
import { searchStores, storesOf } from './stores.ts';
import { searchTopics } from './topics.ts';

export interface Everywhere {
  readonly prefix: string;
  readonly keys: Keys;
  readonly catalog: Pick<Catalog, 'controllers'>;
  readonly soughts: readonly Sought[];
  readonly log: KafkaLog;
  readonly client: MongoClient;
  readonly logs: readonly string[];
  readonly kafkaLogs: readonly string[];
  readonly interrupted: AbortSignal;
}

export interface Outcome {
  /** The unexpected first; empty: nowhere. */
  readonly findings: readonly Finding[];
  readonly looked: Readonly<Partial<Record<Looked, number>>>;
  /** What this run was to look at and could not. */
  readonly blind: readonly string[];
  readonly notLooked: readonly string[];
  readonly seconds: number;
}

/** True of every search. */
const never = [
  "MongoDB's data files and journal as bytes: they are compressed; documents were read through the server",
  'what others have compressed or encrypted inside a record, a document or a line',
  'what is written while the search goes on, behind its back: no snapshot holds topics and stores still',
  'spellings that are not in docs/search.md: a number without its country, an address cut in two',
  "Kafka's own topics (__consumer_offsets, __transaction_state) and MongoDB's own collections (config, system)",
  'logs of brokers and of mongod beyond those that --logs names, and what traces and metrics were sent on to',
  'backups, the stores of teams and of upstream, and the memory of processes',
  "a request's digest: it is made over a whole request, not over an identifier",
];

export async function lookEverywhere(everywhere: Everywhere): Promise<Outcome> {
  const { prefix, keys, catalog, soughts, log, client } = everywhere;
  const begun = performance.now();
  const lens = lensOf(soughts, keys, catalog);
  const holds = (text: string): boolean => seenBy((report) => lens.bytes(Buffer.from(text), report)).length > 0;
  const findings = new Findings(holds);
  const looked = new Map<Looked, number>();
  const notLooked = new Set(never);
  const blind = new Set<string>();
  const guarded = (what: string): string => (holds(what) ? 'a place that is called by what was looked for' : what);
  const looking: Looking = {
    ...{ prefix, lens, findings },
    looked: (what, count) => void looked.set(what, (looked.get(what) ?? 0) + count),
    notLooked: (what) => void notLooked.add(guarded(what)),
    blindTo: (what) => void blind.add(guarded(what)),
    goOn: () => {
      if (everywhere.interrupted.aborted) throw new CommandError(exitCodes.refused, 'interrupted');
    },
  };
  for (const { number } of soughts.filter(isTooShort)) {
    looking.notLooked(`identifier ${number} in clear: so short a value stands everywhere by chance`);
  }

  // Stores before topics: what leaves an outbox meanwhile is met on its topic.
  const documents = documentsUnder(lens);
  const stores = await storesOf(client, looking);
  await tellMissingKeys((database) => client.db(database), stores, keys, looking);
  await searchStores(client, stores, documents, looking);
  await searchOplog(client, stores, documents, looking);
  await searchTopics(log, looking);
  await searchSegments(log, everywhere.kafkaLogs, looking);
  await searchLogs(everywhere.logs, looking);
  await searchMongodbLog(client, stores, looking);

  const { unknownKeys, unknownBytes, unknownSchemas } = lens.blind();
  if (unknownKeys > 0) looking.blindTo(`${unknownKeys} boxes of a fitting size, under keys that are not configured`);
  if (unknownBytes > 0) looking.blindTo(`${unknownBytes} sealed byte strings, under keys that are not configured`);
  if (unknownSchemas > 0) looking.blindTo(`boxes in ${unknownSchemas} messages that cannot be decoded`);
  return {
    findings: findings.list(),
    looked: Object.fromEntries(looked),
    blind: [...blind],
    notLooked: [...notLooked],
    seconds: Math.round(performance.now() - begun) / 1_000,
  };
}
