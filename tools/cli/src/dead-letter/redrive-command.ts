import { accountableIn } from '../accountable.ts';
import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { someTopics, withBus } from '../deployment/bus.ts';
import { exitCodes } from '../exit-codes.ts';
import { operatorLog } from '../operator-log.ts';
import { isSet, textOption } from '../options.ts';
import { jsonLine } from '../terminal/json.ts';
import { addressIn, addressText, deadLetterTopicIn } from './address.ts';
import { type Letter, letterAt, lettersIn } from './letters.ts';
import { openerOf } from './open-letter.ts';
import { type Redriven, readRedriven } from './redriven.ts';
import { redrive, type Tally } from './redrive.ts';

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
    const redriven = await readRedriven(bus, prefix, topics);
    const letters =
      chosen.kind === 'one'
        ? only(await letterAt(bus, chosen.address), redriven, again)
        : having(lettersIn(bus, topic), chosen.reasonCode);
    const log = await operatorLog(bus, prefix, topics);
    const producer = await bus.producer('redrive');
    const single = chosen.kind === 'one';
    const { interrupted } = terminal;
    const tally = await redrive({
      letters,
      topics,
      open,
      redriven,
      again,
      single,
      who,
      log,
      producer,
      interrupted,
    }).finally(async () => {
      await producer.close();
      await log.close();
    });
    terminal.out(isSet(options, 'json') ? jsonLine({ topic, ...tally }) : tallyText(topic, tally));
    if (terminal.interrupted.aborted) return exitCodes.interrupted;
    const left = tally.notRedriven.truncated + tally.notRedriven.keyGone + tally.notRedriven.notOurs;
    return left === 0 ? exitCodes.done : exitCodes.refused;
  });
};

type Choice =
  | { readonly kind: 'one'; readonly topic: string; readonly address: Letter['address'] }
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
    return { kind: 'one', topic: address.topic, address };
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
      'Give --again if its record did not arrive then',
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
