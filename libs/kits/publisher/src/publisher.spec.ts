import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryBus, type MemoryBus } from '@lethe/bus';
import { decodeEvent, parseCloudEvent, topicSpecs, type UserEvent } from '@lethe/contracts';
import { PublishError } from './publish-error.ts';
import { connectPublisher, type Publisher } from './publisher.ts';

const jane = 'jane@example.com';
const event = (index = 1, changes: Partial<UserEvent> = {}): UserEvent => ({
  eventId: `sign-up-${index}`,
  controller: 'gazette',
  system: 'newsletter',
  dataset: 'readers',
  operation: 'upsert',
  identities: [{ type: 'email', value: `${index}-${jane}` }],
  occurredAt: new Date('2026-01-05T10:00:00Z'),
  ...changes,
});
const email = (value: string): Partial<UserEvent> => ({ identities: [{ type: 'email', value }] });
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let bus: MemoryBus;
afterEach(() => bus.close());

const given = async (): Promise<Publisher> => {
  bus = memoryBus();
  await bus.createTopics(topicSpecs('lethe', ['newsletter']));
  return connectPublisher({ source: '/newsletter', prefix: 'lethe', bus });
};
const published = async () => {
  const found = [];
  for await (const { value, key, partition, headers } of bus.readAll('lethe.user-events')) {
    const decoded = decodeEvent(value ?? Buffer.alloc(0));
    if (decoded.name !== 'UserEvent') throw new Error('not a user event');
    found.push({ event: decoded.event, key, partition, headers });
  }
  return found;
};
const problemOf = async (work: Promise<unknown>): Promise<PublishError> => {
  const problem: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (problem instanceof PublishError) return problem;
  throw new Error('it was not refused');
};

describe('publishing', () => {
  it('puts events on their topic, in order, behind their schema, in a trace when there is one', async () => {
    const publisher = await given();
    await publisher.publish(event(1), { traceparent });
    await publisher.publish([event(2), event(1, { eventId: 'changed' })], { traceparent: 'of no shape' });
    await publisher.close();
    const found = await published();
    expect(found.map((one) => one.event)).toEqual(expect.arrayContaining([event(1), event(2)]));
    expect(found).toHaveLength(3);
    for (const { headers } of found) {
      expect(parseCloudEvent(headers)).toMatchObject({ type: 'UserEvent', source: '/newsletter' });
    }
    expect(found.map(({ headers }) => headers['traceparent']).filter(Boolean)).toEqual([traceparent]);
    const schemas = [];
    for await (const { value } of bus.readAll('lethe.schemas')) schemas.push(decodeEvent(value ?? Buffer.alloc(0)));
    expect(schemas).toMatchObject([{ name: 'SchemaPublished', event: { name: 'UserEvent' } }]);
  });

  it('keeps one subject in one partition under a key that many share', async () => {
    const publisher = await given();
    const subjects = 5_000;
    await publisher.publish(Array.from({ length: 2 * subjects }, (_, index) => event(index % subjects)));
    await publisher.close();
    const places = new Map<string, Set<number>>();
    const sharing = new Map<string, Set<string>>();
    const filled = new Map<number, number>();
    for (const { event: one, key, partition } of await published()) {
      places.set(one.eventId, (places.get(one.eventId) ?? new Set()).add(partition));
      sharing.set(key ?? '', (sharing.get(key ?? '') ?? new Set()).add(one.eventId));
      filled.set(partition, (filled.get(partition) ?? 0) + 1);
    }
    expect([...places.values()].every(({ size }) => size === 1)).toBe(true);
    expect(sharing.size).toBeLessThanOrEqual(1_024);
    expect(Math.min(...filled.values())).toBeGreaterThan((2 * subjects) / 6 / 1.5);
  });

  it('goes through a sequence of any length in parts, and says how far it is', async () => {
    const publisher = await given();
    const told: number[] = [];
    const events = function* () {
      for (let index = 0; index < 4_500; index += 1) yield event(index);
    };
    expect(await publisher.publishAll(events(), (count) => told.push(count))).toBe(4_500);
    expect(told).toEqual([2_000, 4_000, 4_500]);
    expect(await publisher.publishAll([])).toBe(0);
    await publisher.close();
    expect(await published()).toHaveLength(4_500);
  });

  it('sends what waits together, one send at a time, and drains at the close', async () => {
    const publisher = await given();
    const calls = Array.from({ length: 300 }, (_, index) => publisher.publish(event(index)));
    await publisher.close();
    await Promise.all(calls);
    expect(await published()).toHaveLength(300);
    expect(await problemOf(publisher.publish(event()))).toMatchObject({ code: 'closed' });
  });

  it.each(['goes on for ever', 'has no further event for now'])(
    'ends a sequence at the close that %s, and what was sent of it is durable',
    async (how) => {
      const publisher = await given();
      const [half, never] = [Promise.withResolvers<number>(), new Promise<never>(() => undefined)];
      const events = async function* () {
        for (let index = 0; ; index += 1) {
          if (index === 5_000 && how !== 'goes on for ever') await never;
          yield event(index);
        }
      };
      let durable = 0;
      const all = publisher.publishAll(events(), (count) => half.resolve((durable = count)));
      const problem = problemOf(all);
      await half.promise;
      await publisher.close();
      expect(await problem).toMatchObject({ code: 'closed', message: expect.stringContaining(`${durable} events`) });
      expect(await published()).toHaveLength(durable);
    },
  );

  it('has nothing on its way any more when a sequence breaks off', async () => {
    const [gate, broken] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const [inner, calls] = [memoryBus(), [] as string[]];
    bus = {
      ...inner,
      producer: async (name) => {
        const producer = await inner.producer(name);
        const send: typeof producer.send = async (records) => {
          if (records.length > 1) await gate.promise;
          await producer.send(records);
          calls.push(`sent ${records.length}`);
        };
        return { ...producer, send };
      },
    };
    await bus.createTopics(topicSpecs('lethe', ['newsletter']));
    const publisher = await connectPublisher({ source: '/newsletter', prefix: 'lethe', bus });
    const events = function* () {
      for (let index = 0; index < 2_000; index += 1) yield event(index);
      broken.resolve(undefined);
      throw new Error('the source broke off');
    };
    const all = publisher.publishAll(events()).catch((error: unknown) => calls.push(String(error)));
    await broken.promise;
    await new Promise((resolve) => setImmediate(resolve));
    const closing = publisher.close().then(() => calls.push('closed'));
    setImmediate(() => gate.resolve(undefined));
    await Promise.all([all, closing]);
    expect(calls).toEqual(['sent 1', 'sent 2000', 'Error: the source broke off', 'closed']);
    expect(await published()).toHaveLength(2_000);
  });

  it('takes what only Lethe can judge', async () => {
    const publisher = await given();
    await publisher.publish([
      event(1, { identities: [] }),
      event(2, { occurredAt: new Date('9999-12-31T23:59:59Z') }),
      event(3, email('anonymous')),
      event(4, email('x'.repeat(512))),
    ]);
    await publisher.close();
    expect(await published()).toHaveLength(4);
  });

  it('says that Lethe is not there yet', async () => {
    bus = memoryBus();
    const problem = await problemOf(connectPublisher({ source: '/newsletter', prefix: 'lethe', bus }));
    expect(problem).toMatchObject({ code: 'no_topic' });
    expect(problem.message).toContain('lethe.user-events');
  });
});

describe('a bad event', () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ type: 'email', value: jane }));
  it.each<[string, string, unknown]>([
    ['none at all', '', null],
    ['no id', '.eventId', event(1, { eventId: '' })],
    ['NUL in its id', '.eventId', event(1, { eventId: 'a\0b' })],
    ['an empty system', '.system', event(1, { system: '' })],
    ['a person for a system', '.system', event(1, { system: jane })],
    ['NUL in a name', '.dataset', event(1, { dataset: 'readers\0' })],
    ['a number for a name', '.controller', { ...event(), controller: 7 }],
    ['an operation of nobody', '.operation', { ...event(), operation: 'unspecified' }],
    ['no time', '.occurredAt', event(1, { occurredAt: new Date(NaN) })],
    ['a time before the year 1', '.occurredAt', event(1, { occurredAt: new Date(-62_167_219_200_001) })],
    ['10,000 identities', '.identities', event(1, { identities: many(10_000) })],
    ['a value of 1 MB', '.identities[0].value', event(1, email(jane.repeat(65_536)))],
    ['an empty value', '.identities[0].value', event(1, email('  '))],
    ['NUL in a value', '.identities[0].value', event(1, email(`${jane}\0`))],
    ['half a character', '.identities[0].value', event(1, email(`${jane}\ud800`))],
    ['a value that is no text', '.identities[0].value', { ...event(), identities: [{ type: 'email', value: 15073 }] }],
    ['a person for a type', '.identities[1].type', event(1, { identities: [...many(1), { type: jane, value: 'x' }] })],
  ])('is refused by its field, without its value, before anything of the call is sent: %s', async (_, path, bad) => {
    const publisher = await given();
    const problem = await problemOf(publisher.publish([event(1), bad as UserEvent, event(3)]));
    expect(problem).toMatchObject({ code: 'invalid_event', index: 1, path });
    expect(problem.message).toContain(`event 1: UserEvent${path} `);
    expect(`${problem.message}${problem.stack ?? ''}${String(problem.cause)}`).not.toMatch(/jane|15073/);
    await publisher.publish(event(4));
    await publisher.close();
    expect((await published()).map((one) => one.event)).toEqual([event(4)]);
  });

  it('ends a sequence by its place; the parts before it are published', async () => {
    const publisher = await given();
    const events = Array.from({ length: 2_500 }, (_, index) => event(index, index === 2_100 ? { eventId: '' } : {}));
    expect(await problemOf(publisher.publishAll(events))).toMatchObject({ code: 'invalid_event', index: 2_100 });
    await publisher.close();
    expect(await published()).toHaveLength(2_000);
  });
});
