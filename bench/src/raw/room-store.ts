/** The transactions of a room: a fence, documents in bulk, one outbox document; nothing is read or decided. */
import { randomUUID } from 'node:crypto';
import { type AnyBulkWriteOperation, type Document, MongoClient } from 'mongodb';
import { PARTITIONS } from './topics.ts';
import { type Captured, captured } from './captured.ts';
import type { Message, RoomPlan, Writes } from './room.ts';

export interface Outgoing extends Message {
  readonly topic: string;
}

export interface Fence {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

export interface RoomStore {
  /** The documents that a message of this key brings about, each with its collection. */
  pick(writes: readonly Writes[], key: string): readonly Write[];
  /** One transaction; the outbox document's id when something is to be said. */
  commit(fence: Fence | null, writes: readonly Write[], says: readonly Outgoing[]): Promise<string | null>;
  published(outboxIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface Write {
  readonly collection: string;
  readonly document: Document;
}

interface Keyed extends Document {
  readonly _id: string;
}

const concern = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } } as const;

export async function openRoomStore(plan: RoomPlan, from: NonNullable<RoomPlan['store']>): Promise<RoomStore> {
  const client = await new MongoClient(plan.mongodb, { promoteBuffers: true, maxPoolSize: 40 }).connect();
  const db = client.db(plan.name);
  const fences = db.collection<Keyed>('offsets');
  const outbox = db.collection<Keyed>('outbox');
  for (const topic of new Set(plan.hears.map((each) => each.topic))) {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await fences.updateOne({ _id: `${topic}/${partition}` }, { $setOnInsert: { topic, next: 0 } }, { upsert: true });
    }
  }
  const source = client.db(from.from);
  const documents = new Map<string, readonly Document[]>();
  for (const { collection, filter } of from.load) {
    documents.set(collection, await source.collection(collection).find(filter).toArray());
    const indexes = await source.collection(collection).indexes();
    await db.collection(collection).createIndexes(indexes.map(({ key, name }) => ({ key, name: name ?? '' })));
  }
  const picked = new Map<string, Captured<Document>>();
  const pickFrom = (collection: string, field: string): Captured<Document> => {
    const name = `${collection}/${field}`;
    const known =
      picked.get(name) ?? captured(documents.get(collection) ?? [], (document) => String(document[field] ?? ''));
    picked.set(name, known);
    return known;
  };

  return {
    pick: (writes, key) =>
      writes.flatMap(({ collection, pick }) => {
        const found =
          'next' in pick ? pickFrom(collection, '').next(pick.next) : pickFrom(collection, pick.field).of(key);
        return found.map((document) => ({ collection, document }));
      }),
    commit: async (fence, writes, says) => {
      const id = says.length === 0 ? null : randomUUID();
      const session = client.startSession();
      try {
        await session.withTransaction(async () => {
          if (fence !== null) {
            const _id = `${fence.topic}/${fence.partition}`;
            await fences.updateOne({ _id }, { $set: { next: fence.next } }, { session });
          }
          for (const [collection, operations] of upserts(writes)) {
            await db.collection(collection).bulkWrite([...operations], { session, ordered: false });
          }
          if (id !== null) await outbox.insertOne({ _id: id, count: says.length, entries: [...says] }, { session });
        }, concern);
      } finally {
        await session.endSession();
      }
      return id;
    },
    published: async (ids) => {
      await outbox.deleteMany({ _id: { $in: [...ids] } });
    },
    close: () => client.close(),
  };
}

function upserts(writes: readonly Write[]): ReadonlyMap<string, readonly AnyBulkWriteOperation[]> {
  const byCollection = new Map<string, AnyBulkWriteOperation[]>();
  for (const { collection, document } of writes) {
    const { _id, ...replacement } = document;
    const operations = byCollection.get(collection) ?? [];
    operations.push({ replaceOne: { filter: { _id: _id as never }, replacement, upsert: true } });
    byCollection.set(collection, operations);
  }
  return byCollection;
}
