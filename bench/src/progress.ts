/** How far somebody has come, asked from outside: by what a group has committed, or by what a database says. */
import type { Bus } from '@lethe/bus';
import type { Db, MongoClient } from 'mongodb';

/** As services and rooms write it. */
interface FenceDocument {
  readonly _id: string;
  readonly topic: string;
  readonly next: number | null;
}

/** Offsets that the group has committed on the topic, all partitions together. */
export async function committed(bus: Bus, group: string, topic: string): Promise<number> {
  return (await bus.committedOffsets(group, [topic])).reduce((sum, { offset }) => sum + offset, 0);
}

/** The same by the fences in a database. */
export async function fenced(db: Db, topic: string): Promise<number> {
  const found = await db.collection<FenceDocument>('offsets').find({ topic }).toArray();
  return found.reduce((sum, { next }) => sum + (next ?? 0), 0);
}

/** What is decided and not yet published. */
export async function waiting(db: Db): Promise<number> {
  const found = await db
    .collection<{ readonly _id: string; readonly count: number }>('outbox')
    .find({}, { projection: { count: 1 } })
    .toArray();
  return found.reduce((sum, { count }) => sum + count, 0);
}

export const databaseOf = (mongo: MongoClient, prefix: string, service: string): Db => mongo.db(`${prefix}-${service}`);

/** The state goes, the indexes stay: every round begins with an empty store, on both sides. */
export async function emptied(db: Db, collections: readonly string[]): Promise<void> {
  for (const name of collections) await db.collection(name).deleteMany({});
}
