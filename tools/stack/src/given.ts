import type { Environment } from './paths.ts';
import { probeKafka } from './probe-kafka.ts';
import type { HostPort } from './kafka-wire.ts';
import { hostsOf, probeMongodb } from './probe-mongodb.ts';
import { StackError } from './stack-error.ts';

/** Addresses of servers that run without us. They are checked and used, never started, stopped or moved. */
export interface GivenAddresses {
  readonly kafka?: readonly string[];
  readonly mongodb?: string;
}

export const givenAddresses = (environment: Environment): GivenAddresses => {
  const brokers = (environment['LETHE_KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const url = environment['LETHE_MONGODB_URL']?.trim() ?? '';
  return { ...(brokers.length === 0 ? {} : { kafka: brokers }), ...(url === '' ? {} : { mongodb: url }) };
};

const ADVICE =
  'Lethe never starts, stops or moves a server whose address is given. Start that server, correct the variable, or unset it to have one started here.';
const PROBE_MS = 3_000;

/** Throws one error that names every address that does not answer as it should. */
export const checkGiven = async (given: GivenAddresses): Promise<void> => {
  const problems = await problemsOf(given);
  if (problems.length > 0) throw new StackError('given_address_unusable', [...problems, ADVICE].join('\n'));
};

/** One sentence per address that does not answer as it should: no active broker, no primary. Empty: they can be used. */
export const problemsOf = async (given: GivenAddresses): Promise<readonly string[]> => {
  const kafka = (given.kafka ?? []).map((broker) => kafkaProblem(broker));
  const mongodb = given.mongodb === undefined ? [] : [mongodbProblem(given.mongodb)];
  return (await Promise.all([...kafka, ...mongodb])).filter((problem) => problem !== null);
};

const kafkaProblem = async (broker: string): Promise<string | null> => {
  const expected = `LETHE_KAFKA_BROKERS names ${broker}: expected a Kafka broker there (without TLS), but`;
  const address = hostPort(broker);
  if (address === null) return `${expected} that is not host:port.`;
  const probe = await probeKafka(address, PROBE_MS);
  switch (probe.answer) {
    case 'kafka':
      return probe.brokers > 0 ? null : `${expected} its cluster has no active broker.`;
    case 'refused':
      return `${expected} nothing answers (${probe.why}).`;
    case 'silent':
      return `${expected} whoever listens there says nothing (${probe.why}).`;
    case 'not_kafka':
      return `${expected} another kind of server listens there (${probe.why}).`;
  }
};

const mongodbProblem = async (url: string): Promise<string | null> => {
  const expected = `LETHE_MONGODB_URL names ${hostsOf(url)}: expected a MongoDB replica set there, but`;
  const probe = await probeMongodb(url, PROBE_MS);
  switch (probe.answer) {
    case 'primary':
      return null;
    case 'secondary':
      return `${expected} the member reached is not its primary (name every member, or leave directConnection out).`;
    case 'unreachable':
      return `${expected} nothing there answers \`hello\` (${probe.why}).`;
    case 'standalone':
    case 'uninitiated':
      return `${expected} ${probe.why}.`;
  }
};

const hostPort = (text: string): HostPort | null => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
};
