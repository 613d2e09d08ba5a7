/** Which servers a test run uses, from its environment. Pure. */
import { givenAddresses } from '@lethe/stack';

export const BACKENDS = ['given', 'containers', 'local'] as const;
/** Servers that run already, servers in containers, servers as processes of this machine. */
export type Backend = (typeof BACKENDS)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What LETHE_TEST_SERVERS says; without it `given` where both addresses are set, else `local`.
 * @throws Error when the variable says something else, or `given` without the addresses
 */
export const chooseBackend = (environment: Environment): Backend => {
  const { kafka, mongodb } = givenAddresses(environment);
  const absent = [
    ...(kafka === undefined ? ['LETHE_KAFKA_BROKERS'] : []),
    ...(mongodb === undefined ? ['LETHE_MONGODB_URL'] : []),
  ];
  const said = environment['LETHE_TEST_SERVERS'] ?? '';
  if (said === '') return absent.length === 0 ? 'given' : 'local';
  const backend = BACKENDS.find((name) => name === said);
  if (backend === undefined) throw new Error(`LETHE_TEST_SERVERS must be one of ${BACKENDS.join(', ')}`);
  if (backend === 'given' && absent.length > 0)
    throw new Error(`LETHE_TEST_SERVERS is given, but ${absent.join(' and ')} is not set`);
  return backend;
};
