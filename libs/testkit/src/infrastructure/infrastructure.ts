/** Where tests get their Kafka and MongoDB from: one interface, three backends. */
import { givenAddresses, type Stack, startStack } from '@lethe/stack';
import { type Backend, chooseBackend, type Environment } from './backend.ts';

export interface TestInfrastructure {
  readonly backend: Backend;
  /** Servers for everyone in a test run. The caller stops them; given ones are left alone. */
  shared(): Promise<Stack>;
  /** Servers of one test's own, which may be killed and restarted: containers or processes, since given ones are not ours to kill. */
  own(): Promise<Stack>;
}

/** @throws Error when LETHE_TEST_SERVERS cannot be followed */
export const testInfrastructure = (environment: Environment = process.env): TestInfrastructure => {
  const backend = chooseBackend(environment);
  switch (backend) {
    case 'given':
      return { backend, shared: () => startStack({ environment }), own: () => processes(environment, {}) };
    case 'containers':
      return { backend, shared: containers, own: containers };
    case 'local': {
      // Told to be local, a run takes no given server; left to itself it may have been given one of the two.
      const told = (environment['LETHE_TEST_SERVERS'] ?? '') !== '';
      const given = told ? {} : givenAddresses(environment);
      return { backend, shared: () => processes(environment, given), own: () => processes(environment, {}) };
    }
  }
};

const processes = (environment: Environment, given: ReturnType<typeof givenAddresses>): Promise<Stack> =>
  startStack({ temporary: true, shortRetention: true, environment, given });

/** Its library is read by those alone who want containers. */
const containers = async (): Promise<Stack> => {
  const { containerStack } = await import('./container-stack.ts');
  return containerStack({ shortRetention: true });
};
