/**
 * The path without a store under SIGKILL and SIGSTOP: the committed offset is its position, and it never passes a
 * record that no acknowledged observation stands for. Repeats are allowed, losses are not.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { cloudEventHeaders, deadLetterTopic, decodeEvent, encodeEvent, topicSpecs } from '@lethe/contracts';
import { type OutgoingRecord, type Producer, readDeadLetter } from '@lethe/bus';
import { endServiceProcesses, type ServiceProcess, testStack, waitFor } from '@lethe/testkit';
import { adopt } from './fence-command.ts';
import { failpointsOf, type Lab, openLab, untilKilled } from './lab.ts';
import { list } from './proof.ts';

const points = failpointsOf('passing-service').filter((point) => point.startsWith('pass-on.'));
const DATASETS = 40;
const POISON_EVERY = 97;
const EVENTS = 900;

describe('a path without a store', () => {
  const proof = list('Without a store');
  let lab: Lab;
  let producer: Producer;
  let topic: string;

  beforeAll(async () => {
    lab = await openLab(await testStack());
    topic = lab.topic('lethe.user-events');
    producer = await lab.bus.producer('upstream');
    await feed(EVENTS);
  }, 120_000);
  afterEach(endServiceProcesses);
  afterAll(async () => {
    proof.print();
    await lab[Symbol.asyncDispose]();
  });

  let fed = 0;
  const feed = async (events: number): Promise<void> => {
    await producer.send(Array.from({ length: events }, () => userEvent(topic, (fed += 1))));
  };
  const committed = (service: string) => lab.bus.committedOffsets(`${lab.prefix}-${service}`, [topic]);
  const atEnd = async (service: string): Promise<boolean> => {
    const [ends, positions] = await Promise.all([lab.bus.endOffsets([topic]), committed(service)]);
    return ends.every(
      ({ partition, offset }) => (positions.find((each) => each.partition === partition)?.offset ?? 0) >= offset,
    );
  };
  const settled = (service: string): Promise<unknown> =>
    waitFor(() => atEnd(service), { what: `${service} to commit the end`, timeoutMs: 90_000, everyMs: 200 });

  /** Records below the committed offsets that nothing stands for. The positions are read first: outputs only grow. */
  const unrepresented = async (service: string): Promise<readonly string[]> => {
    const below = new Map((await committed(service)).map(({ partition, offset }) => [partition, offset]));
    const said = new Set<string>();
    for await (const { value, headers } of lab.bus.readAll(lab.topic('lethe.observations'))) {
      if (value === null || headers['ce_source'] !== `/${lab.prefix}/${service}`) continue;
      const { name, event } = decodeEvent(value);
      if (name === 'SubjectObserved') for (const { ref } of event.identities) said.add(ref);
    }
    const dead = new Set<string>();
    for await (const letter of lab.bus.readAll(deadLetterTopic(topic))) {
      const { group, partition, offset } = readDeadLetter(letter, (sealed) => sealed);
      if (group === `${lab.prefix}-${service}`) dead.add(`${partition}/${offset}`);
    }
    const lost: string[] = [];
    for await (const { partition, offset, value } of lab.bus.readAll(topic)) {
      if (value === null || offset >= (below.get(partition) ?? 0)) continue;
      const eventId = eventIdOf(value);
      const there = eventId === null ? dead.has(`${partition}/${offset}`) : said.has(eventId);
      if (!there) lost.push(`${partition}/${offset}`);
    }
    return lost;
  };

  it('has failpoints of its own', () => {
    expect(points.length).toBeGreaterThanOrEqual(2);
  });

  it.each(points)(
    'SIGKILL at %s, pass 1, 2, 5',
    async (point) => {
      await proof.of(`SIGKILL at ${point}, pass 1, 2, 5`, async () => {
        const service = point.replace('.', '-');
        for (const pass of [1, 2, 5]) {
          await using killed = await lab.start('passing-service', service, `${point}=kill@${pass}`);
          await untilKilled(killed, () => feed(5));
          expect(await unrepresented(service)).toEqual([]);
        }
        await using survivor = await lab.start('passing-service', service);
        await settled(service);
        await lab.drain(survivor);
        expect(await unrepresented(service)).toEqual([]);
        return `all of ${fed} events represented`;
      })();
    },
    180_000,
  );

  it.each(points)(
    'SIGSTOP at %s, woken after its successor is through',
    async (point) => {
      await proof.of(`SIGSTOP at ${point}`, async () => {
        const service = `${point.replace('.', '-')}-zombie`;
        await using zombie = await lab.start('passing-service', service, `${point}=stop@2`);
        await zombie.waitForOutput(/failpoint .*: stop/, 60_000);
        await using successor = await lab.start('passing-service', service);
        await settled(service);
        await zombie.kill('SIGCONT');
        await lab.ready(zombie);
        await feed(60);
        await settled(service);
        await Promise.all([lab.drain(zombie), lab.drain(successor)]);
        expect(await unrepresented(service)).toEqual([]);
        return `all of ${fed} events represented`;
      })();
    },
    180_000,
  );

  const LOST = 'a group whose committed offsets are gone';
  it(
    LOST,
    proof.of(LOST, async () => {
      const service = 'lost';
      await using before = await lab.start('passing-service', service);
      await settled(service);
      await lab.drain(before);
      await operator(lab, (admin) => admin.deleteGroups([`${lab.prefix}-${service}`]));
      await using process = await lab.start('passing-service', service);
      await saysSixTimes(lab, process, 'position_lost');
      await adopt(lab, '--service', service, '--topic', topic, '--at', 'start');
      await settled(service);
      await lab.ready(process);
      await lab.drain(process);
      expect(await unrepresented(service)).toEqual([]);
      return 'position_lost; everything again after adopt --at start';
    }),
    120_000,
  );

  const REPLACED = 'a feed that was re-created';
  it(
    REPLACED,
    proof.of(REPLACED, async () => {
      const service = 'replaced';
      await using before = await lab.start('passing-service', service);
      await settled(service);
      await lab.drain(before);
      await recreate(lab, topic);
      await feed(60);
      await using process = await lab.start('passing-service', service);
      await saysSixTimes(lab, process, 'topic_replaced');
      expect((await unrepresentedNew(service)).length).toBe(60);
      await adopt(lab, '--service', service, '--topic', topic, '--at', 'start');
      await settled(service);
      await lab.ready(process);
      await lab.drain(process);
      expect(await unrepresented(service)).toEqual([]);
      return 'topic_replaced, nothing passed on; everything after adopt --at start';
    }),
    120_000,
  );

  /** Events on the re-created topic that nothing stands for, whatever the group's position. */
  const unrepresentedNew = async (service: string): Promise<readonly string[]> => {
    const said = new Set<string>();
    for await (const { value, headers } of lab.bus.readAll(lab.topic('lethe.observations'))) {
      if (value === null || headers['ce_source'] !== `/${lab.prefix}/${service}`) continue;
      const { name, event } = decodeEvent(value);
      if (name === 'SubjectObserved') for (const { ref } of event.identities) said.add(ref);
    }
    const missing: string[] = [];
    for await (const { value } of lab.bus.readAll(topic)) {
      const eventId = value === null ? null : eventIdOf(value);
      if (eventId === null || !said.has(eventId)) missing.push(String(eventId));
    }
    return missing;
  };
});

function userEvent(topic: string, n: number): OutgoingRecord {
  const eventId = randomUUID();
  const dataset = `dataset-${n % DATASETS}`;
  const value = encodeEvent('UserEvent', {
    eventId,
    controller: 'shop',
    system: 'sales',
    dataset,
    operation: 'upsert',
    identities: [],
    occurredAt: new Date('2026-01-01T00:00:00Z'),
  });
  const poison = n % POISON_EVERY === 0;
  const headers = cloudEventHeaders({ id: eventId, type: 'UserEvent', source: '/upstream', time: new Date() });
  return { topic, key: dataset, value: poison ? Buffer.from(`no event ${n}`) : value, headers };
}

function eventIdOf(value: Buffer): string | null {
  try {
    const { name, event } = decodeEvent(value);
    return name === 'UserEvent' ? event.eventId : null;
  } catch {
    return null;
  }
}

type Admin = ReturnType<kafkajs.Kafka['admin']>;

async function operator(lab: Lab, act: (admin: Admin) => Promise<unknown>): Promise<void> {
  const brokers = (lab.env['LETHE_KAFKA_BROKERS'] ?? '').split(',');
  const admin = new kafkajs.Kafka({ brokers, clientId: 'operator', logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await act(admin);
  } finally {
    await admin.disconnect();
  }
}

async function recreate(lab: Lab, topic: string): Promise<void> {
  await operator(lab, (admin) => admin.deleteTopics({ topics: [topic] }));
  // The deletion is reported before it is finished.
  await waitFor(async () => !(await lab.bus.topicIds([topic])).has(topic), { what: `${topic} to be gone` });
  const again = topicSpecs(lab.prefix, []).filter(({ name }) => name === topic);
  await waitFor(async () => (await lab.bus.createTopics(again), true), { what: `${topic} to be created again` });
  await waitFor(async () => (await lab.bus.endOffsets([topic])).length > 0, { what: 'its leaders' });
}

/** In every partition: they find out one after the other. */
async function saysSixTimes(lab: Lab, process: ServiceProcess, code: string): Promise<void> {
  const said = async (): Promise<boolean> =>
    (await lab.problems(process)).filter((problem) => problem.includes(code)).length === 6;
  await waitFor(said, { what: `it to say ${code} in every partition`, timeoutMs: 60_000 });
}
