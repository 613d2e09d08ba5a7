/** A redrive that is killed between facts and records, and two at once, on a real Kafka: each letter is told and published once. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bus, deadLetterOf, kafkaBus } from '@lethe/bus';
import { decodeEvent, topicName, topicSpecs } from '@lethe/contracts';
import { developmentKeys, sealerOf } from '@lethe/identity';
import { namespace, testStack } from '@lethe/testkit';
import { ran } from '../index.ts';
import { REDRIVEN_FROM } from './address.ts';

const program = fileURLToPath(new URL('../../bin/lethe.mjs', import.meta.url));
const WHO = ['--reason', 'ticket_4711', '--actor', 'operator-1'];
const sealer = sealerOf(developmentKeys());

let brokers: readonly string[];
let bus: Bus;

beforeAll(async () => {
  brokers = (await testStack()).kafka.brokers;
  bus = kafkaBus({ brokers, clientId: namespace() });
}, 120_000);
afterAll(async () => {
  await bus.close();
});

/** A deployment of its own with so many dead letters. */
const deployment = async (letters: number) => {
  const prefix = namespace();
  const feed = topicName(prefix, 'lethe.user-events');
  await bus.createTopics(topicSpecs(prefix, []));
  const producer = await bus.producer('letters');
  await producer.send(
    Array.from({ length: letters }, (_, offset) => ({
      ...deadLetterOf({
        topic: feed,
        partition: 0,
        record: { offset, key: String(offset), value: Buffer.from('v'), headers: {}, appendedAt: new Date() },
        group: `${prefix}-intake`,
        reason: 'unknown_feed',
        attempts: 1,
        firstFailedAt: new Date(),
        seal: (raw) => sealer.sealBytes(raw),
      }),
      topic: `${feed}.dead-letter`,
    })),
  );
  await producer.close();
  const env = { LETHE_KAFKA_BROKERS: brokers.join(','), LETHE_PREFIX: prefix };
  const words = ['dead-letter', 'redrive', '--topic', feed, '--all', ...WHO];
  return { prefix, feed, env, words };
};
type Deployment = Awaited<ReturnType<typeof deployment>>;

/** The addresses of the letters that are told as redriven, and of those that are on the feed again. */
const redriven = async ({ prefix, feed }: Deployment) => {
  const told: string[] = [];
  const published: string[] = [];
  for await (const { value } of bus.readAll(topicName(prefix, 'lethe.operator-events'))) {
    const fact = value === null ? null : decodeEvent(value);
    if (fact?.name !== 'DeadLetterRedriven') throw new Error('another fact than expected');
    told.push(`${fact.event.topic}/${fact.event.partition}/${fact.event.offset}`);
  }
  for await (const { headers } of bus.readAll(feed)) published.push(headers[REDRIVEN_FROM] ?? '');
  return { told: told.toSorted(), published: published.toSorted() };
};

/** Kills its process with the first request of a kind that it would send to Kafka; a request begins with its length and its kind. */
const killer = (kind: number): string => `
  import { Socket } from 'node:net';
  const write = Socket.prototype.write;
  Socket.prototype.write = function (bytes, ...more) {
    if (Buffer.isBuffer(bytes) && bytes.length > 8 && bytes.readInt32BE(0) === bytes.length - 4 && bytes.readInt16BE(4) === ${kind}) {
      process.kill(process.pid, 'SIGKILL');
      for (;;);
    }
    return write.call(this, bytes, ...more);
  };`;

const runKilled = ({ env, words }: Deployment, kind: number): Promise<NodeJS.Signals | null> => {
  const child = spawn(process.execPath, [program, ...words], {
    env: {
      ...process.env,
      ...env,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(killer(kind))}`,
    },
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_, signal) => resolve(signal));
  });
};

describe('a redrive', () => {
  it.each([
    ['facts and records are sent', 25],
    ['only the commit is left', 26],
  ])(
    'killed when %s has redriven nothing, and the next one does it once',
    async (_, kind) => {
      const here = await deployment(3);
      expect(await runKilled(here, kind)).toBe('SIGKILL');
      expect(await redriven(here)).toEqual({ told: [], published: [] });
      expect(await ran(here.words, { env: here.env })).toMatchObject({
        code: 0,
        notes: '',
        out: expect.stringMatching(/^3 of/),
      });
      const { told, published } = await redriven(here);
      expect(told).toHaveLength(3);
      expect(published).toEqual(told);
    },
    60_000,
  );

  it('that another one overtakes ends, says so, and no letter is redriven twice', async () => {
    const here = await deployment(900);
    const both = await Promise.all([1, 2].map(() => ran(here.words, { env: here.env })));
    for (const { code, notes } of both.filter(({ code }) => code !== 0)) {
      expect(code).toBe(4);
      expect(notes).toMatch(/another redrive of this deployment was started meanwhile\nGive the same command again/);
    }
    expect(both.some(({ code }) => code === 0)).toBe(true);
    const { told, published } = await redriven(here);
    expect(new Set(published).size).toBe(900);
    expect(published).toHaveLength(900);
    expect(told).toEqual(published);
  }, 60_000);
});
