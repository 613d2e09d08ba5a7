/** The broker is killed under both kits: what was accepted arrives, what was erased is answered. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, kafkaBus } from '@lethe/bus';
import { decodeEvent, topicSpecs, type UserEvent } from '@lethe/contracts';
import { connectPublisher } from '@lethe/publisher';
import { ownStack, waitFor } from '@lethe/testkit';
import { erased } from '../done.ts';
import { fileLedger } from '../file-ledger.ts';
import { answersOn, givenOrder, orderRecord, SYSTEM } from '../order.given.ts';
import { subscribe } from '../subscribe.ts';

const prefix = 'outage';
const CALLS = 60;
const EVENTS_EACH = 20;

const event = (call: number, index: number): UserEvent => ({
  eventId: `${call}-${index}`,
  controller: 'corner',
  system: SYSTEM,
  dataset: 'members',
  operation: 'upsert',
  identities: [{ type: 'email', value: `member-${index}@example.com` }],
  occurredAt: new Date('2026-01-05T10:00:00Z'),
});

let stack: Awaited<ReturnType<typeof ownStack>>;
let bus: Bus;
let folder: string;

beforeAll(async () => {
  stack = await ownStack();
  folder = await mkdtemp(join(tmpdir(), 'lethe-outage-'));
  bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: prefix });
  await bus.createTopics(topicSpecs(prefix, [SYSTEM]));
}, 120_000);
afterAll(async () => {
  await bus.close();
  await stack.stop();
  await rm(folder, { recursive: true });
}, 60_000);

describe('a broker that is killed', () => {
  it('costs no accepted event and no answer', async () => {
    const { brokers } = stack.kafka;
    const ledger = fileLedger(join(folder, 'ledger.sqlite'));
    const begun = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<undefined>();
    let runs = 0;
    const subscriber = await subscribe({
      ...{ system: SYSTEM, brokers, prefix, ledger, sessionTimeoutMs: 6_000 },
      erase: async () => {
        runs += 1;
        begun.resolve(undefined);
        await end.promise;
        return erased(10, 'deleted');
      },
    });
    const order = givenOrder();
    const producer = await bus.producer('orders');
    await producer.send([orderRecord(prefix, order)]);
    await begun.promise;

    const publisher = await connectPublisher({ source: '/desk', brokers, prefix });
    const published = Array.from({ length: CALLS }, (_, call) =>
      publisher.publish(Array.from({ length: EVENTS_EACH }, (__, index) => event(call, index))),
    );
    await stack.kill('kafka');
    end.resolve(undefined); // the erasure ends while nobody can be told
    await waitFor(async () => (await ledger.find(order.orderId))?.answer != null, {
      what: 'the answer to be remembered',
      timeoutMs: 20_000,
    });
    await stack.restart('kafka');
    await publisher.close();
    await Promise.all(published);

    const found = new Set<string>();
    for await (const { value } of bus.readAll(`${prefix}.user-events`)) {
      const decoded = decodeEvent(value ?? Buffer.alloc(0));
      if (decoded.name === 'UserEvent') found.add(decoded.event.eventId);
    }
    expect(found.size).toBe(CALLS * EVENTS_EACH);

    const answers = await waitFor(
      async () => {
        const heard = await answersOn(bus, prefix, order.orderId);
        return heard.length > 0 && heard;
      },
      { what: 'the answer', timeoutMs: 60_000, everyMs: 250 },
    );
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.answer).toMatchObject({ outcome: 'erased', count: 10 });
    expect(runs).toBe(1);
    await subscriber.stop();
    await producer.close();
    await ledger.close();
  }, 120_000);
});
