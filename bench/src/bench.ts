/** What a line is given: servers, names of its own on them, how much work to do, whether it is profiled. */
import { randomBytes } from 'node:crypto';
import { type Bus, kafkaBus } from '@lethe/bus';
import { waitFor } from '@lethe/testkit';
import type { Kafka } from 'kafkajs';
import { MongoClient } from 'mongodb';
import type { Servers } from './servers.ts';
import { rawKafka } from './raw/kafka.ts';

export interface Bench extends AsyncDisposable {
  readonly servers: Servers;
  readonly kafka: Kafka;
  readonly mongo: MongoClient;
  readonly bus: Bus;
  /** A prefix for topics, groups and databases that no other line or run has. */
  name(line: string): string;
  /** @param full how much work a whole run does */
  size(full: number): number;
  /** Set during the one round that is profiled: where the profiles go. */
  profileInto: string | null;
  say(text: string): void;
  /** Removes every topic, group and database whose name begins with the prefix. */
  forget(prefix: string): Promise<void>;
}

export interface BenchOptions {
  readonly quick: boolean;
  readonly size: number;
  say(text: string): void;
}

const QUICK_PART = 0.25;

export async function openBench(servers: Servers, options: BenchOptions): Promise<Bench> {
  const run = randomBytes(3).toString('hex');
  const kafka = rawKafka(servers.brokers, `bench-${run}`);
  const bus = kafkaBus({ brokers: servers.brokers, clientId: `bench-${run}` });
  const mongo = await new MongoClient(servers.mongodb, { promoteBuffers: true }).connect();
  const factor = options.size * (options.quick ? QUICK_PART : 1);
  return {
    servers,
    kafka,
    mongo,
    bus,
    name: (line) => `b${run}-${line}`,
    size: (full) => Math.max(1, Math.round(full * factor)),
    profileInto: null,
    say: (text) => options.say(text),
    forget: async (prefix) => {
      await forgetTopics(kafka, prefix);
      const { databases } = await mongo.db().admin().listDatabases({ nameOnly: true });
      for (const { name } of databases) if (name.startsWith(`${prefix}-`)) await mongo.db(name).dropDatabase();
    },
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await mongo.close();
    },
  };
}

async function forgetTopics(kafka: Kafka, prefix: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    const { groups } = await admin.listGroups();
    const mine = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(prefix));
    // A member that was killed is in its group until its session ends.
    const gone = async (): Promise<boolean> => mine.length === 0 || (await admin.deleteGroups(mine)).length > 0;
    await waitFor(gone, { what: 'the consumer groups to be empty', timeoutMs: 15_000, everyMs: 500 });
  } finally {
    await admin.disconnect();
  }
}
