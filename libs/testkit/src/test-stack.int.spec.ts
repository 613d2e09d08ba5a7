import { beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { namespace, testStack } from './index.ts';
import type { TestStack } from './index.ts';

describe('testStack', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await testStack();
  }, 120_000);

  it('gives a MongoDB with transactions, whose lifetime limit is the one that the store relies on', async () => {
    const client = new MongoClient(stack.mongodb.url);
    try {
      const things = client.db(namespace()).collection('things');
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await things.insertOne({ thing: 1 }, { session });
        }),
      );
      expect(await things.countDocuments()).toBe(1);
      const limit = await client.db('admin').command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 });
      expect(limit['transactionLifetimeLimitSeconds']).toBe(10);
      await things.drop();
    } finally {
      await client.close();
    }
  });

  it('gives the same servers to everyone in the run, by the variables that services read', async () => {
    const again = await testStack();
    expect(again.env).toEqual(stack.env);
    expect(again.env).toEqual({
      LETHE_KAFKA_BROKERS: stack.kafka.brokers.join(','),
      LETHE_MONGODB_URL: stack.mongodb.url,
    });
  });
});

describe('namespace', () => {
  it('never repeats, and fits names of topics and databases', () => {
    const names = Array.from({ length: 1_000 }, namespace);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^t[0-9a-f]{12}$/.test(name))).toBe(true);
  });
});
