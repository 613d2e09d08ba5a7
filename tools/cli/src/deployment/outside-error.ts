/**
 * What went wrong in Kafka, MongoDB or a rule of ours, as a command tells it. Foreign errors are known by their shape:
 * their messages may quote what they choked on, and an address may hold a password.
 */
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** Their messages hold no personal data by their contract. */
const ours: ReadonlyMap<string, ExitCode> = new Map<string, ExitCode>([
  ['StoreError', exitCodes.refused],
  ['ContractError', exitCodes.refused],
  ['SealingError', exitCodes.refused],
  ['KeysError', exitCodes.notUnderstood],
  ['CatalogError', exitCodes.notUnderstood],
  ['ConfigError', exitCodes.notUnderstood],
]);

const LOGIN_FAILED = 18;
const UNAUTHORIZED = 13;

/** Null: it is no error that is known here. */
export const outsideError = (error: unknown): CommandError | null => {
  for (const each of withCauses(error)) {
    const told = knownError(each);
    if (told !== null) return told;
  }
  return null;
};

const knownError = (error: object): CommandError | null => {
  const name = textOf(error, 'name');
  const code: unknown = Reflect.get(error, 'code');
  const own = ours.get(name);
  if (own !== undefined) return new CommandError(own, textOf(error, 'message'));
  if (/_AUTHORIZATION_FAILED$/.test(textOf(error, 'type')) || /_AUTHORIZATION_FAILED$/.test(textOf(error, 'apiId'))) {
    return new CommandError(
      exitCodes.refused,
      'not enough rights in Kafka',
      'Ask for the rights to read and write the topics of this prefix',
    );
  }
  if (name === 'MongoParseError' || name === 'MongoAPIError') {
    return new CommandError(exitCodes.notUnderstood, 'LETHE_MONGODB_URL is no address of a MongoDB');
  }
  if (name.startsWith('Mongo') && (code === UNAUTHORIZED || code === LOGIN_FAILED)) {
    const what = code === LOGIN_FAILED ? 'MongoDB does not accept the login' : 'not enough rights in MongoDB';
    return new CommandError(exitCodes.refused, what, 'Check the account in LETHE_MONGODB_URL');
  }
  if (/^Mongo(ServerSelection|Network|Topology)/.test(name)) {
    return new CommandError(
      exitCodes.unreachable,
      'MongoDB does not answer',
      'Start it (docker compose up --wait, or npm run stack -- up), or say where it is: LETHE_MONGODB_URL',
    );
  }
  if (name.startsWith('KafkaJS') || textOf(error, 'code').startsWith('PLT_KFK_')) {
    return new CommandError(
      exitCodes.unreachable,
      `Kafka did not do it (${kindOf(error, name)})`,
      'Check LETHE_KAFKA_BROKERS',
    );
  }
  return null;
};

const kindOf = (error: object, name: string): string => {
  const kind = textOf(error, 'type') || textOf(error, 'apiId') || textOf(error, 'code') || name;
  return /^[\w.-]{1,64}$/.test(kind) ? kind : name;
};

/** Breadth first: an error, its causes, and what an AggregateError holds. */
const withCauses = (error: unknown): readonly object[] => {
  const found: object[] = [];
  const queue: unknown[] = [error];
  for (let at = queue.shift(); found.length < 20 && (at !== undefined || queue.length > 0); at = queue.shift()) {
    if (typeof at !== 'object' || at === null) continue;
    found.push(at);
    const several: unknown = Reflect.get(at, 'errors');
    queue.push(Reflect.get(at, 'cause'), ...(Array.isArray(several) ? (several as unknown[]) : []));
  }
  return found;
};

const textOf = (error: object, field: string): string => {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : '';
};
