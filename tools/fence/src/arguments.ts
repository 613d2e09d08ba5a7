/** What the operator asked for, or why it makes no sense. Pure. */
import { parseArgs } from 'node:util';

export type Decision =
  | {
      readonly kind: 'fence';
      readonly topic: string;
      /** Null: every partition of the topic that stands still. */
      readonly partition: number | null;
      readonly at: 'start' | 'end' | number;
    }
  | { readonly kind: 'relay'; readonly pending: 'publish' | 'clear' };

export type Asked =
  | { readonly command: 'help' }
  | { readonly command: 'show'; readonly service: string | null; readonly json: boolean }
  | {
      readonly command: 'adopt';
      readonly service: string;
      readonly reason: string;
      readonly actor: string;
      readonly decision: Decision;
      readonly json: boolean;
    };

/** Its message is for the person at the keyboard. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  service: { type: 'string' },
  topic: { type: 'string' },
  partition: { type: 'string' },
  at: { type: 'string' },
  reason: { type: 'string' },
  actor: { type: 'string' },
  relay: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** A code says why, so that no free text about a person gets into the fact. */
const CODE = /^[a-z][a-z0-9_]{0,63}$/;
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const WHOLE = /^(0|[1-9][0-9]{0,15})$/;

/** @throws UsageError */
export const parseCommand = (argv: readonly string[]): Asked => {
  const { values, positionals } = parsed(argv);
  const [command, ...rest] = positionals;
  if (values.help === true || command === 'help' || command === undefined) return { command: 'help' };
  const json = values.json ?? false;
  switch (command) {
    case 'show':
      refuse(rest, 'show takes no words');
      return { command, service: values.service ?? null, json };
    case 'adopt': {
      const service = needed(values.service, '--service', 'the service that stands still, as `show` names it');
      const reason = needed(values.reason, '--reason', 'a code such as topic_replaced');
      const actor = needed(values.actor, '--actor', 'your account');
      if (!CODE.test(reason)) throw new UsageError('--reason must be a code: lower-case letters, digits and _');
      if (!ACCOUNT.test(actor)) throw new UsageError('--actor must be an account: letters, digits and . _ @ -');
      const decision = values.relay === true ? relayDecision(values, rest) : fenceDecision(values, rest);
      return { command, service, reason, actor, decision, json };
    }
    default:
      throw new UsageError(`there is no command ${JSON.stringify(command)}: show or adopt`);
  }
};

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // By shape: under jest, errors of Node's own modules come from another realm.
    const known = typeof error === 'object' && error !== null && 'message' in error;
    throw new UsageError(known ? String(error.message) : 'the arguments cannot be read');
  }
};

type Values = ReturnType<typeof parsed>['values'];

const relayDecision = (values: Values, words: readonly string[]): Decision => {
  for (const name of ['topic', 'partition', 'at'] as const) {
    if (values[name] !== undefined) throw new UsageError(`--${name} belongs to a fence, not to a relay`);
  }
  const [pending, ...rest] = words;
  refuse(rest, 'adopt --relay takes one word');
  if (pending !== 'publish' && pending !== 'clear') {
    throw new UsageError('adopt --relay needs one word: publish (the pending batch was not) or clear (it was)');
  }
  return { kind: 'relay', pending };
};

const fenceDecision = (values: Values, words: readonly string[]): Decision => {
  refuse(words, 'adopt takes no words without --relay');
  const topic = needed(values.topic, '--topic', 'the full name, as `show` prints it');
  const at = needed(values.at, '--at', 'start, end or an offset');
  const partition = values.partition === undefined ? null : whole(values.partition, '--partition');
  if (at === 'start' || at === 'end') return { kind: 'fence', topic, partition, at };
  if (partition === null) throw new UsageError('an offset counts in one partition: name it with --partition');
  return { kind: 'fence', topic, partition, at: whole(at, '--at') };
};

const needed = (value: string | undefined, option: string, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`adopt needs ${option}: ${what}`);
  return value;
};

const whole = (text: string, option: string): number => {
  const number = Number(text);
  if (!WHOLE.test(text) || !Number.isSafeInteger(number)) {
    throw new UsageError(`${option} ${JSON.stringify(text)} is no whole number`);
  }
  return number;
};

const refuse = (words: readonly string[], why: string): void => {
  const [first] = words;
  if (first !== undefined) throw new UsageError(`${why}: ${JSON.stringify(first)}`);
};
