import type { Stack } from '@lethe/stack';
import { testInfrastructure } from './infrastructure/infrastructure.ts';
import { KEEPER_VARIABLE } from './keeper-address.ts';

/** Servers that a whole jest run shares; what a test makes on them starts with its own namespace(). */
export type TestStack = Pick<Stack, 'kafka' | 'mongodb' | 'env'>;

let shared: Promise<TestStack> | null = null;

/**
 * The run's servers, as LETHE_TEST_SERVERS chooses them: those that LETHE_KAFKA_BROKERS and LETHE_MONGODB_URL name, or temporary
 * ones with short retention checks, started for the first who asks. Give the hook that calls it 120 s: the very first call of a machine installs them.
 */
export const testStack = (): Promise<TestStack> => {
  shared ??= find();
  return shared;
};

/** Servers of this test's own, to be killed and restarted at will: `await using stack = await ownStack()`. Starting takes some 4 s. */
export const ownStack = (): Promise<Stack> => testInfrastructure().own();

const find = async (): Promise<TestStack> => {
  const keeper = process.env[KEEPER_VARIABLE];
  if (keeper === undefined) return givenStack();
  const response = await fetch(keeper);
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  const { env } = JSON.parse(body) as Pick<TestStack, 'env'>; // our own keeper wrote it
  return {
    kafka: { brokers: (env['LETHE_KAFKA_BROKERS'] ?? '').split(',') },
    mongodb: { url: env['LETHE_MONGODB_URL'] ?? '' },
    env,
  };
};

const givenStack = (): Promise<TestStack> => {
  const infrastructure = testInfrastructure();
  if (infrastructure.backend === 'given') return infrastructure.shared();
  throw new Error(
    'testStack() has no servers: run under jest with libs/testkit/src/jest-global-setup.ts as globalSetup, or set LETHE_KAFKA_BROKERS and LETHE_MONGODB_URL',
  );
};
