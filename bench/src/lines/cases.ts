/** One service at its work: consume, fence, records, outbox, relay; one new case and one fact for each message. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, topicName } from '@lethe/contracts';
import { captureOf } from '../capture.ts';
import { startCell } from '../cell.ts';
import type { Line } from '../line.ts';
import { publish } from '../members.ts';
import { databaseOf, emptied, fenced, waiting } from '../progress.ts';
import { type Message, openRoom } from '../raw/room.ts';
import { newTopic } from '../raw/topics.ts';
import { watched } from '../stopwatch.ts';
import { letheTopics } from '../topics.ts';

const REQUESTS = 20_000;
const collection = 'erasure-cases';

export const cases: Line = {
  name: 'cases',
  figures: [{ name: 'cases', unit: 'messages/s', better: 'more', bar: 0.5 }],
  floorIs:
    'the same transactions without logic: the same requests read and decoded, by transactions of 250 a fence, the same case documents in bulk and one outbox document, the same facts produced behind it; kafkajs, avsc and the driver',
  oursIs:
    'erasure alone, hearing accepted requests: a case decided on and opened for each, its fact published by the relay',
  open: async (bench) => {
    const prefix = bench.name('cases');
    const floor = { name: `${prefix}-floor`, topic: `${prefix}.floor` };
    await letheTopics(bench.bus, prefix);
    await newTopic(bench.bus, floor.topic);
    const topic = topicName(prefix, 'lethe.requests');
    const total = bench.size(REQUESTS);
    const db = databaseOf(bench.mongo, prefix, 'erasure');
    const floorDb = bench.mongo.db(floor.name);
    const capture = captureOf(bench.bus, topicName(prefix, 'lethe.case-events'));
    const captureFloor = captureOf(bench.bus, floor.topic);
    let said: readonly Message[] = [];

    const heardBy = (of: typeof db, check: () => void, base: number): Promise<number> =>
      watched(
        total,
        async () => {
          check();
          // In this order: what is in the outbox now was heard of before or after, but is not published yet.
          const heard = (await fenced(of, topic)) - base;
          return heard - (await waiting(of));
        },
        { what: of.databaseName },
      );
    const outcome = async (of: typeof db, rate: number, facts: readonly { readonly event: string }[]) => ({
      values: { cases: rate },
      counts: [
        { what: 'cases', expected: total, seen: await of.collection(collection).countDocuments() },
        { what: 'facts', expected: total, seen: facts.filter(({ event }) => event === 'CaseOpened').length },
      ],
    });
    return {
      ours: async () => {
        await emptied(db, [collection]);
        const base = await fenced(db, topic);
        await publish(
          bench.bus,
          Array.from({ length: total }, () => acceptedRequest(topic)),
        );
        await using cell = await startCell(bench, prefix, ['erasure']);
        const rate = await heardBy(db, () => cell.check(), base);
        await cell.stop();
        const facts = await capture();
        said = facts;
        return await outcome(db, rate, facts);
      },
      floor: async () => {
        await emptied(floorDb, [collection]);
        const base = await fenced(floorDb, topic);
        await using room = await openRoom({
          brokers: bench.servers.brokers,
          mongodb: bench.servers.mongodb,
          name: floor.name,
          hears: [
            {
              topic,
              event: 'SubjectRequestAccepted',
              writes: [{ collection, pick: { field: '_id' } }],
              says: [{ topic: floor.topic, messages: said, pick: 'key' }],
            },
          ],
          store: { from: db.databaseName, load: [{ collection, filter: {} }] },
          accepts: null,
        });
        const rate = await heardBy(floorDb, () => room.check(), base);
        await room.stop();
        return await outcome(floorDb, rate, await captureFloor());
      },
      [Symbol.asyncDispose]: () => bench.forget(prefix),
    };
  },
};

/** As intake publishes it. The box holds nothing: nobody opens it, since no case of this line gets a location. */
function acceptedRequest(topic: string): OutgoingRecord {
  const requestId = randomUUID();
  const now = new Date();
  const sealed = { keyId: 'bench', nonce: randomBytes(12), ciphertext: randomBytes(40) };
  return {
    topic,
    key: requestId,
    value: encodeEvent('SubjectRequestAccepted', {
      requestId,
      sequence: 1,
      controller: 'corner',
      type: 'erasure',
      requester: { kind: 'subject', authority: null },
      ground: 'request',
      scope: { all: true, datasets: [] },
      regulations: ['gdpr'],
      identities: [{ type: 'email', ref: randomBytes(24).toString('hex'), sealed }],
      receivedAt: now,
      acceptedAt: now,
      respondBy: new Date('2099-01-01T00:00:00Z'),
    }),
    headers: cloudEventHeaders({ id: randomUUID(), type: 'SubjectRequestAccepted', source: '/intake', time: now }),
  };
}
