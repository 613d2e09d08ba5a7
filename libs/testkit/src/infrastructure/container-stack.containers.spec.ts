import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemsOf, type Stack } from '@lethe/stack';
import { MongoClient } from 'mongodb';
import { namespace } from '../namespace.ts';
import { testInfrastructure } from './infrastructure.ts';

describe('servers in containers', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await testInfrastructure({ ...process.env, LETHE_TEST_SERVERS: 'containers' }).own();
  }, 180_000);
  afterAll(() => stack.stop(), 60_000);

  const problems = (): Promise<readonly string[]> =>
    problemsOf({ kafka: stack.kafka.brokers, mongodb: stack.mongodb.url });
  const things = async (use: (client: MongoClient) => Promise<unknown>): Promise<unknown> => {
    const client = new MongoClient(stack.mongodb.url);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };

  it('answer as the services want them, by the variables that they read', async () => {
    expect(await problems()).toEqual([]);
    expect(stack.env).toEqual({
      LETHE_KAFKA_BROKERS: stack.kafka.brokers.join(','),
      LETHE_MONGODB_URL: stack.mongodb.url,
    });
    const limit = await things((client) =>
      client.db('admin').command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 }),
    );
    expect(limit).toMatchObject({ transactionLifetimeLimitSeconds: 10 });
  }, 60_000);

  it('are killed, and come back under the same address with what they knew', async () => {
    const database = namespace();
    await things((client) =>
      client
        .db(database)
        .collection('things')
        .insertOne({ thing: 1 }, { writeConcern: { w: 1, journal: true } }),
    );
    for (const server of ['kafka', 'mongodb'] as const) {
      await stack.kill(server);
      expect(await problems()).toHaveLength(1);
      await stack.restart(server);
      expect(await problems()).toEqual([]);
    }
    expect(await things((client) => client.db(database).collection('things').countDocuments())).toBe(1);
  }, 180_000);

  it('are restarted while they live', async () => {
    await stack.restart('kafka');
    expect(await problems()).toEqual([]);
  }, 120_000);
});
