/** The thread of a room: see room.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EachBatchPayload } from 'kafkajs';
import { rawDecoders } from './avro.ts';
import { type Captured, captured, caseOf } from './captured.ts';
import { rawKafka } from './kafka.ts';
import { openAcceptor } from './acceptor.ts';
import type { Effect, Message, RoomCounts, RoomPlan, Says } from './room.ts';
import { roomRelay } from './room-relay.ts';
import { type Fence, openRoomStore, type Outgoing } from './room-store.ts';

/** As @lethe/service has it. */
const MESSAGES_PER_TRANSACTION = 250;
/** As @lethe/bus has them. */
const PARTITIONS_AT_ONCE = 3;
const MAX_WAIT_MS = 250;
const SESSION_MS = 6_000;

const plan = workerData as RoomPlan; // given by openRoom
const kafka = rawKafka(plan.brokers, plan.name);
const store = plan.store === null ? null : await openRoomStore(plan, plan.store);
const producer = kafka.producer();
await producer.connect();
const relay = roomRelay(producer, store);
const decode = rawDecoders();
const counts = { heard: 0, written: 0, said: 0 };

const messagesOf = new Map<Says, Captured<Message>>();
const saysOf = (says: Says, key: string): readonly Outgoing[] => {
  const from = messagesOf.get(says) ?? captured(says.messages, (message) => caseOf(message.key));
  messagesOf.set(says, from);
  const found = says.pick === 'next' ? from.next(1) : from.of(key);
  return found.map((message) => ({ ...message, topic: says.topic }));
};

/** How many of each key were heard, where only one of them counts. */
const heardOf = new Map<string, number>();

const effectsOf = (topic: string, key: string, value: Buffer | null): readonly Effect[] => {
  const { name } = decode(value);
  counts.heard += 1;
  return plan.hears.filter((hearing) => {
    if (hearing.topic !== topic || hearing.event !== name) return false;
    if (hearing.after === undefined) return true;
    const already = (heardOf.get(`${name}/${key}`) ?? 0) + 1;
    heardOf.set(`${name}/${key}`, already);
    return already === hearing.after;
  });
};

type Keyed = Effect & { readonly key: string };

const bringAbout = async (effects: readonly Keyed[], fence: Fence | null, more: readonly Outgoing[] = []) => {
  const says = [...more, ...effects.flatMap((effect) => effect.says.flatMap((each) => saysOf(each, effect.key)))];
  const writes = effects.flatMap((effect) => store?.pick(effect.writes, effect.key) ?? []);
  const outboxId = (await store?.commit(fence, writes, says)) ?? null;
  counts.written += writes.length;
  counts.said += says.length;
  const publishing = relay.publish(outboxId, says);
  // With a store it is the outbox that remembers what is to be said; without, only the position does.
  if (store === null) await publishing;
};

const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
  const { topic, partition, messages } = payload.batch;
  for (let begin = 0; begin < messages.length; begin += MESSAGES_PER_TRANSACTION) {
    const part = messages.slice(begin, begin + MESSAGES_PER_TRANSACTION);
    const effects = part.flatMap(({ key, value }) => {
      const name = caseOf(key?.toString() ?? '');
      return effectsOf(topic, name, value).map((effect) => ({ ...effect, key: name }));
    });
    await bringAbout(effects, { topic, partition, next: Number(part.at(-1)?.offset ?? -1) + 1 });
    await payload.heartbeat();
  }
};

const consumer = kafka.consumer({ groupId: plan.name, maxWaitTimeInMs: MAX_WAIT_MS, sessionTimeout: SESSION_MS });
if (plan.hears.length > 0) {
  await consumer.connect();
  await consumer.subscribe({ topics: [...new Set(plan.hears.map(({ topic }) => topic))], fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // Out of the listener, where kafkajs would catch it: it ends the thread, and its owner hears of it.
    setImmediate(() => {
      throw payload.error;
    });
  });
  await consumer.run({ partitionsConsumedConcurrently: PARTITIONS_AT_ONCE, eachBatch });
  await joined;
}
const { accepts } = plan;
const acceptor =
  accepts === null
    ? null
    : await openAcceptor(async () => {
        const [accepted] = saysOf(accepts.says, '');
        if (accepted === undefined) throw new Error('more requests came than ours had accepted');
        const key = caseOf(accepted.key);
        await bringAbout([{ writes: accepts.writes, says: [], key }], null, [accepted]);
        return key;
      });

parentPort?.once('message', () => {
  void (async () => {
    await acceptor?.close();
    if (plan.hears.length > 0) await consumer.disconnect();
    await relay.idle();
    await producer.disconnect();
    await store?.close();
    parentPort?.postMessage({ ...counts } satisfies RoomCounts);
  })();
});
parentPort?.postMessage(acceptor?.port ?? 0);
