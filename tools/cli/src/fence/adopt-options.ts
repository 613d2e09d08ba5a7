/** What the operator decided, or why it makes no sense. Pure. */
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, textOption } from '../options.ts';
import { type Accountable, accountableIn } from '../accountable.ts';

export type Decision =
  | {
      readonly kind: 'fence';
      readonly topic: string;
      /** Null: every partition of the topic that stands still. */
      readonly partition: number | null;
      readonly at: 'start' | 'end' | number;
    }
  | { readonly kind: 'relay'; readonly pending: 'publish' | 'clear' };

export interface Adopt extends Accountable {
  readonly service: string;
  readonly decision: Decision;
}

type Options = Readonly<Record<string, unknown>>;

const WHOLE = /^(0|[1-9][0-9]{0,15})$/;

/** @throws CommandError */
export const adoptIn = (options: Options, words: readonly string[], env: Options): Adopt => ({
  service: needed(options, 'service', 'the service that stands still, as `lethe fence show` names it'),
  ...accountableIn(options, env),
  decision: isSet(options, 'relay') ? relayDecision(options, words) : fenceDecision(options, words),
});

const relayDecision = (options: Options, [pending]: readonly string[]): Decision => {
  for (const name of ['topic', 'partition', 'at']) {
    if (options[name] !== undefined) throw wrong(`--${name} belongs to a fence, not to a relay`);
  }
  if (pending !== 'publish' && pending !== 'clear') {
    throw wrong('--relay needs one word: publish (the pending batch was not published) or clear (it was)');
  }
  return { kind: 'relay', pending };
};

const fenceDecision = (options: Options, words: readonly string[]): Decision => {
  if (words.length > 0) throw wrong('publish and clear belong to --relay');
  const topic = needed(options, 'topic', 'the full name, as `lethe fence show` prints it');
  const at = needed(options, 'at', 'start, end or an offset');
  const partition = options['partition'] === undefined ? null : whole(options, 'partition');
  if (at === 'start' || at === 'end') return { kind: 'fence', topic, partition, at };
  if (partition === null) throw wrong('an offset counts in one partition: name it with --partition');
  return { kind: 'fence', topic, partition, at: whole(options, 'at') };
};

const needed = (options: Options, name: string, what: string): string => {
  const value = textOption(options, name);
  if (value === null) throw wrong(`--${name} is needed: ${what}`);
  return value;
};

const whole = (options: Options, name: string): number => {
  const text = textOption(options, name) ?? '';
  const number = Number(text);
  if (!WHOLE.test(text) || !Number.isSafeInteger(number)) throw wrong(`--${name} must be a whole number`);
  return number;
};

const wrong = (message: string): CommandError => new CommandError(exitCodes.notUnderstood, message);
