import type { Bus } from '@lethe/bus';
import { accountableIn } from '../accountable.ts';
import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { someTopics, withBus } from '../deployment/bus.ts';
import { exitCodes } from '../exit-codes.ts';
import { operatorLog } from '../operator-log.ts';
import { isSet } from '../options.ts';
import { jsonLine, jsonText } from '../terminal/json.ts';
import { fields } from '../terminal/table.ts';
import { addressIn, addressText } from './address.ts';
import { knownNames } from './known-names.ts';
import { type Letter, letterAt } from './letters.ts';
import { type Opener, opened, openerOf, whyClosed } from './open-letter.ts';
import { redacted } from './redact.ts';
import { readRedriven, schemasOf } from './redriven.ts';
import { revealed } from './revealed.ts';

/** `lethe dead-letter show` */
export const show: Action = (terminal, options, [word = '']) => {
  const { brokers, prefix } = addressesOf(['brokers', 'prefix'], options, terminal.env);
  const address = addressIn(word, prefix);
  const reveals = isSet(options, 'reveal') ? accountableIn(options, terminal.env) : null;
  if (reveals === null && (options['reason'] !== undefined || options['actor'] !== undefined)) {
    throw new CommandError(exitCodes.notUnderstood, '--reason and --actor belong to --reveal');
  }
  const open = openerOf(terminal.env);
  return withBus({ brokers, prefix }, async (bus, found) => {
    const topics = someTopics(found, prefix);
    if (!topics.includes(address.topic)) {
      throw new CommandError(exitCodes.found, 'there is no such topic', 'See: lethe dead-letter list');
    }
    const letter = await letterAt(bus, address);
    const redrivenAt = (await readRedriven(bus, prefix, topics))(letter);
    const about = { address: addressText(address), ...notesOf(letter), redrivenAt };
    const content =
      reveals === null
        ? await redactedContent(bus, prefix, topics, letter, open, terminal.env)
        : await reveal(bus, prefix, topics, letter, open, reveals);
    terminal.out(
      isSet(options, 'json') ? jsonLine({ ...about, content }) : `${aboutText(about)}\n\n${jsonText(content)}\n`,
    );
    return exitCodes.done;
  });
};

type Told = Readonly<Record<string, string | number | Date | null>>;

const notesOf = ({ notes, appendedAt, truncatedFrom }: Letter): Told =>
  notes === null
    ? { appendedAt, truncatedFrom }
    : {
        reason: notes.reason,
        source: `${notes.topic}/${notes.partition}/${notes.offset}`,
        group: notes.group,
        attempts: notes.attempts,
        firstFailedAt: notes.firstFailedAt,
        sourceAppendedAt: notes.appendedAt,
        appendedAt,
        truncatedFrom,
      };

const labels: Readonly<Record<string, string>> = {
  address: 'dead letter',
  source: 'came from',
  group: 'not handled by',
  firstFailedAt: 'first failed',
  sourceAppendedAt: 'published',
  appendedAt: 'dead since',
  truncatedFrom: 'bytes, of which only the beginning is here',
  redrivenAt: 'redriven',
};

const aboutText = (about: Told): string =>
  fields(
    Object.entries(about)
      .filter(([name, value]) => value !== null || name === 'redrivenAt')
      .map(([name, value]) => [labels[name] ?? name, value instanceof Date ? value.toISOString() : value]),
  );

const redactedContent = async (
  bus: Bus,
  prefix: string,
  topics: readonly string[],
  letter: Letter,
  open: Opener,
  env: Readonly<Record<string, string | undefined>>,
): Promise<unknown> => {
  if (letter.notes === null) return { sealed: whyClosed.not_a_letter };
  const found = open(letter);
  // Why it is a dead letter is told all the same.
  if (found.kind === 'closed') return { sealed: whyClosed[found.why] };
  const names = await knownNames(topics, prefix, env);
  return redacted(found.letter.record, await schemasOf(bus, prefix, topics), names);
};

/** Nothing is shown before the fact of it is durable: no fact, no reveal. */
const reveal = async (
  bus: Bus,
  prefix: string,
  topics: readonly string[],
  letter: Letter,
  open: Opener,
  { actor, reason }: { readonly actor: string; readonly reason: string },
): Promise<unknown> => {
  // A letter that does not open reveals nothing, so there is no fact of it.
  const { record } = opened(open, letter);
  const schemas = await schemasOf(bus, prefix, topics);
  const log = await operatorLog(bus, prefix, topics);
  try {
    const { topic, partition, offset } = letter.address;
    await log.tell([{ event: 'DeadLetterRevealed', actor, topic, partition, offset, reason, revealedAt: new Date() }]);
  } finally {
    await log.close();
  }
  return revealed(record, schemas);
};
