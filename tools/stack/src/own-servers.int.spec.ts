import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { chooseFreePort } from './free-port.ts';
import { ask, request } from './kafka-wire.ts';
import { endServers, removeData, upServers } from './own-servers.ts';
import { stackPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { startStack } from './start-stack.ts';
import type { Stack } from './start-stack.ts';
import { readState, writeState } from './state.ts';
import type { StackState } from './state.ts';

const folders: string[] = [];
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  for (const folder of folders.splice(0)) {
    await endServers(stackPaths(folder), 'at once');
    await removeData(stackPaths(folder));
    rmSync(folder, { recursive: true });
  }
}, 60_000);

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-own-servers-'));
  folders.push(folder);
  return folder;
};

const up = (dir: string): Promise<Stack> => startStack({ dir, given: {} });
/** Only the server that starts in a second: what is tested with it is the same for both. */
const mongodbUp = (dir: string): Promise<StackState> =>
  upServers(
    { paths: stackPaths(dir), environment: process.env, log: () => undefined, shortRetention: false },
    { kafka: false, mongodb: true },
  );
const portOf = (stack: Stack): number => Number(stack.kafka.brokers[0]?.split(':')[1]);
const pidsOf = (dir: string): readonly (ProcessIdentity | null | undefined)[] => {
  const { kafka, mongodb } = readState(stackPaths(dir).state);
  return [kafka?.process, mongodb?.process];
};

const withClient = async <T>(stack: Stack, work: (client: MongoClient) => Promise<T>): Promise<T> => {
  const client = new MongoClient(stack.mongodb.url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
};
const things = (client: MongoClient): ReturnType<ReturnType<MongoClient['db']>['collection']> =>
  client.db('kept').collection('things');

const text = (value: string): Buffer => {
  const length = Buffer.alloc(2);
  length.writeInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
};
const one = Buffer.from([0, 0, 0, 1]);
const none = Buffer.alloc(4);

const tell = async (stack: Stack, key: number, body: Buffer): Promise<Buffer> => {
  const answer = await ask({ host: '127.0.0.1', port: portOf(stack) }, request(key, 2, body), 10_000);
  if (answer.answer !== 'bytes') throw new Error(answer.why);
  return answer.body;
};
/** CreateTopics: name, partitions, replication, assignments, settings; time limit, only validate. */
const createTopic = (stack: Stack, topic: string): Promise<Buffer> => {
  const limit = Buffer.from([0, 0, 0x27, 0x10, 0]);
  return tell(stack, 19, Buffer.concat([one, text(topic), one, Buffer.from([0, 1]), none, none, limit]));
};
const UNKNOWN_TOPIC = 3;
/** Metadata answers for each topic: error code, name. */
const topicError = async (stack: Stack, topic: string): Promise<number> => {
  const body = await tell(stack, 3, Buffer.concat([one, text(topic)]));
  return body.readInt16BE(body.indexOf(text(topic)) - 2);
};

describe('servers of our own', () => {
  it('are found alive by a later start, keep data and ports over kill and restart, and end when stopped', async () => {
    const dir = newFolder();
    const first = await up(dir);
    const pids = pidsOf(dir);
    expect((await up(dir)).env).toEqual(first.env);
    expect(pidsOf(dir)).toEqual(pids);

    await withClient(first, (client) =>
      things(client).insertOne({ name: 'before' }, { writeConcern: { w: 'majority' } }),
    );
    expect(await topicError(first, 'kept')).toBe(UNKNOWN_TOPIC);
    await createTopic(first, 'kept');
    for (const server of ['mongodb', 'kafka'] as const) {
      await first.kill(server);
      await first.restart(server);
    }
    expect(await withClient(first, (client) => things(client).countDocuments())).toBe(1);
    expect(await topicError(first, 'kept')).toBe(0);
    const restarted = pidsOf(dir);
    await first.stop();
    expect([...pids, ...restarted].filter((process) => process != null && isAlive(process))).toEqual([]);
  }, 120_000);

  it('move to other ports, with their data, when somebody took theirs while they were down, and survive a lost state', async () => {
    const dir = newFolder();
    const first = await up(dir);
    await withClient(first, (client) => things(client).insertOne({ name: 'before' }));
    await createTopic(first, 'kept');
    const stopped = pidsOf(dir);
    await first.stop();
    expect(stopped.filter((process) => process != null && isAlive(process))).toEqual([]);
    const { kafka, mongodb } = readState(stackPaths(dir).state);
    for (const port of [kafka?.port, mongodb?.port]) {
      const server = createServer((socket) => socket.destroy());
      cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
      // A port that a stranger holds already is what this test wants: another suite's server may have been quicker.
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          error.code === 'EADDRINUSE' ? resolve() : reject(error),
        );
        server.listen(port, '127.0.0.1', resolve);
      });
    }
    const second = await up(dir);
    expect(second.env['LETHE_KAFKA_BROKERS']).not.toBe(first.env['LETHE_KAFKA_BROKERS']);
    expect(second.mongodb.url).not.toBe(first.mongodb.url);
    expect(await withClient(second, (client) => things(client).countDocuments())).toBe(1);
    expect(await topicError(second, 'kept')).toBe(0);

    // Started, but their starter was killed before it could write them down: they are ended, and their data is used.
    const unwritten = pidsOf(dir);
    rmSync(stackPaths(dir).state);
    const third = await up(dir);
    expect(unwritten.filter((process) => process != null && isAlive(process))).toEqual([]);
    expect(await withClient(third, (client) => things(client).countDocuments())).toBe(1);
    expect(await topicError(third, 'kept')).toBe(0);
  }, 120_000);

  it('keep their port over stop and start', async () => {
    const dir = newFolder();
    const first = await mongodbUp(dir);
    await endServers(stackPaths(dir), 'gently');
    const second = await mongodbUp(dir);
    expect(second.mongodb?.port).toBe(first.mongodb?.port);
    expect(second.mongodb?.process).not.toEqual(first.mongodb?.process);
  }, 60_000);

  it('are started once by two who ask at the same time', async () => {
    const dir = newFolder();
    const [one, other] = await Promise.all([mongodbUp(dir), mongodbUp(dir)]);
    expect(one).toEqual(other);
  }, 60_000);

  it('do not signal the stranger who has the number of a dead server', async () => {
    const dir = newFolder();
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    cleanUps.push(() => stranger.kill('SIGKILL'));
    const stale: ProcessIdentity = { pid: stranger.pid ?? 0, startedAt: 'an earlier boot:1' };
    mkdirSync(stackPaths(dir).root, { recursive: true });
    writeState(stackPaths(dir).state, { mongodb: { port: await chooseFreePort(), process: stale } });
    const state = await mongodbUp(dir);
    expect(state.mongodb?.process?.pid).not.toBe(stranger.pid);
    await endServers(stackPaths(dir), 'gently');
    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
  }, 60_000);

  it('that stand still are replaced', async () => {
    const dir = newFolder();
    const { mongodb } = await mongodbUp(dir);
    process.kill(mongodb?.process?.pid ?? 0, 'SIGSTOP');
    // Stopped, it ignores even SIGTERM, and the start insists after its patience.
    const again = await mongodbUp(dir);
    expect(mongodb?.process != null && isAlive(mongodb.process)).toBe(false);
    expect(again.mongodb?.port).toBe(mongodb?.port);
  }, 60_000);

  it('start anew after a cut-short state file', async () => {
    const dir = newFolder();
    mkdirSync(stackPaths(dir).root, { recursive: true });
    writeFileSync(stackPaths(dir).state, '{"mongodb": {"po');
    const { mongodb } = await mongodbUp(dir);
    expect(JSON.parse(readFileSync(stackPaths(dir).state, 'utf8'))).toMatchObject({ mongodb });
  }, 60_000);
});
