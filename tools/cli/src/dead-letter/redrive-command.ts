import { accountableIn } from '../accountable.ts';
import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { someTopics, withBus } from '../deployment/bus.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, textOption } from '../options.ts';
import { jsonLine } from '../terminal/json.ts';
import { addressIn, addressText, deadLetterTopicIn } from './address.ts';
import { type Letter, letterAt, lettersIn } from './letters.ts';
import { openerOf } from './open-letter.ts';
import { type Redriven, readRedriven } from './redriven.ts';
import { redrive, type Tally } from './redrive.ts';
import { together } from './together.ts';

/** `lethe dead-letter redrive` */
export const redriveCommand: Action = (terminal, options, words) => {
  const { brokers, prefix } = addressesOf(['brokers', 'prefix'], options, terminal.env);
  const who = accountableIn(options, terminal.env);
  const chosen = choiceIn(options, words, prefix);
  const open = openerOf(terminal.env);
  const again = isSet(options, 'again');
  return withBus({ brokers, prefix }, async (bus, found) => {
    const topics = someTopics(found, prefix);
    const topic = deadLetterTopicIn(chosen.topic, topics, prefix);
    // Looked up first: a letter that is not there is no reason to fence a redrive that runs.
    const one = chosen.kind === 'one' ? await letterAt(bus, chosen.address) : null;
    const publisher = await together(bus, prefix, topics);
    const { interrupted } = terminal;
    const tally = await (async () => {
      // Read now, when no other redrive can publish any more.
      const redriven = await readRedriven(bus, prefix, topics);
      const letters = one === null ? having(lettersIn(bus, topic), chosen.reasonCode) : only(one, redriven, again);
      return redrive({ letters, topics, open, redriven, again, single: one !== null, who, publisher, interrupted });
    })().finally(() => publisher.close());
    terminal.out(isSet(options, 'json') ? jsonLine({ topic, ...tally }) : tallyText(topic, tally));
    if (terminal.interrupted.aborted) return exitCodes.interrupted;
    const left = tally.notRedriven.truncated + tally.notRedriven.keyGone + tally.notRedriven.notOurs;
    return left === 0 ? exitCodes.done : exitCodes.refused;
  });
};

type Choice =
  | { readonly kind: 'one'; readonly topic: string; readonly reasonCode: null; readonly address: Letter['address'] }
  | { readonly kind: 'all'; readonly topic: string; readonly reasonCode: string | null };

const choiceIn = (options: Readonly<Record<string, unknown>>, [word]: readonly string[], prefix: string): Choice => {
  const topic = textOption(options, 'topic');
  const reasonCode = textOption(options, 'reasonCode');
  const all = isSet(options, 'all');
  if (word !== undefined) {
    if (all || topic !== null || reasonCode !== null) {
      throw wrong('an address names one letter; --topic, --reason-code and --all name several: give one or the other');
    }
    const address = addressIn(word, prefix);
    return { kind: 'one', topic: address.topic, reasonCode: null, address };
  }
  if (topic === null || !all) throw wrong('give the address of a letter, or --topic with --all');
  return { kind: 'all', topic, reasonCode };
};

/** One letter is refused where many would pass it over. @throws CommandError */
const only = function* (letter: Letter, redriven: Redriven, again: boolean): Generator<Letter> {
  const at = redriven(letter);
  if (at !== null && !again) {
    throw new CommandError(
      exitCodes.refused,
      `${addressText(letter.address)} was redriven already, at ${at.toISOString()}`,
      'Give --again to redrive it once more',
    );
  }
  yield letter;
};

const having = async function* (letters: AsyncIterable<Letter>, reason: string | null): AsyncGenerator<Letter> {
  for await (const letter of letters) if (reason === null || letter.notes?.reason === reason) yield letter;
};

const tallyText = (topic: string, { redriven, notRedriven }: Tally): string => {
  const { already, truncated, keyGone, notOurs } = notRedriven;
  const lines = [
    `${redriven} of ${topic} redriven`,
    ...(already === 0 ? [] : [`${already} passed over, redriven already: --again redrives them once more`]),
    ...(truncated === 0
      ? []
      : [`${truncated} passed over, only the beginning of a record: ask who published it to do so again`]),
    ...(keyGone === 0
      ? []
      : [`${keyGone} passed over, not to be opened: their key is not in LETHE_SEALING_KEYS, or gone`]),
    ...(notOurs === 0 ? [] : [`${notOurs} passed over, no dead letters of Lethe`]),
  ];
  return `${lines.join('\n')}\n`;
};

const wrong = (message: string): CommandError => new CommandError(exitCodes.notUnderstood, message);
