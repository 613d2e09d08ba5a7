/** Where the deployment is: flags first, then the environment, then what docker compose publishes. */
import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

interface Address {
  readonly flag: string;
  readonly variable: string;
  readonly fallback: string;
  readonly what: string;
  readonly shape: (text: string) => boolean;
  readonly must: string;
}

const isHttp = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
};
const httpAddress = (name: string, port: number): Address => ({
  flag: `${name}-url`,
  variable: `LETHE_${name.toUpperCase()}_URL`,
  fallback: `http://localhost:${port}`,
  what: `where ${name} answers`,
  shape: isHttp,
  must: 'must be an http or https address without a user name',
});

const known = {
  intake: httpAddress('intake', 8081),
  discovery: httpAddress('discovery', 8082),
  erasure: httpAddress('erasure', 8083),
  audit: httpAddress('audit', 8084),
  brokers: {
    flag: 'brokers',
    variable: 'LETHE_KAFKA_BROKERS',
    fallback: 'localhost:9092',
    what: 'Kafka',
    shape: (text) => /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/.test(text),
    must: 'must be host:port, several separated by commas',
  },
  mongodb: {
    flag: 'mongodb-url',
    variable: 'LETHE_MONGODB_URL',
    fallback: 'mongodb://localhost:27017/?replicaSet=rs0&directConnection=true',
    what: 'MongoDB',
    shape: (text) => /^mongodb(\+srv)?:\/\//.test(text),
    must: 'must be a mongodb:// address',
  },
  prefix: {
    flag: 'prefix',
    variable: 'LETHE_PREFIX',
    fallback: 'lethe',
    what: 'what the names of topics and stores begin with',
    shape: (text) => /^[a-z][a-z0-9-]{0,30}$/.test(text),
    must: 'must be lower-case letters, digits and hyphens, at most 31',
  },
} as const satisfies Readonly<Record<string, Address>>;

export type AddressName = keyof typeof known;
export type Addresses<N extends AddressName> = Readonly<Record<N, string>>;

/** The variable that mends a wrong address. */
export const variableOf = (name: AddressName): string => known[name].variable;

/** Gives the command an option for each address that it needs. */
export const withAddresses = (command: Command, names: readonly AddressName[]): Command =>
  names.reduce((given, name) => {
    const { flag, variable, fallback, what } = known[name];
    return given.option(`--${flag} <address>`, `${what} (${variable}; default ${fallback})`);
  }, command);

/** @throws CommandError `notUnderstood`; the address is not repeated, it may hold a password */
export const addressesOf = <N extends AddressName>(
  names: readonly N[],
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Addresses<N> => {
  const entries = names.map((name): readonly [N, string] => {
    const { flag, variable, fallback, shape, must } = known[name];
    const given = flags[camelCase(flag)];
    const [text, source] =
      typeof given === 'string' ? [given, `--${flag}`] : [nonEmpty(env[variable]) ?? fallback, variable];
    if (!shape(text)) throw new CommandError(exitCodes.notUnderstood, `${source} ${must}`);
    return [name, text];
  });
  return Object.fromEntries(entries) as Addresses<N>;
};

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
const camelCase = (flag: string): string => flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
