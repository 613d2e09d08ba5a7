import { addressesOf } from '../addresses.ts';
import type { Action } from '../command-group.ts';
import { someTopics, withBus } from '../deployment/bus.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, textOption } from '../options.ts';
import { jsonLine } from '../terminal/json.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { addressText, deadLetterTopicIn, deadLetterTopics } from './address.ts';
import { count, type Group, groupsText, NOT_OURS } from './groups.ts';
import { type Letter, lettersIn } from './letters.ts';
import { readRedriven } from './redriven.ts';

/** `lethe dead-letter list` */
export const list: Action = (terminal, options) => {
  const { brokers, prefix } = addressesOf(['brokers', 'prefix'], options, terminal.env);
  const named = textOption(options, 'topic');
  const reasonCode = textOption(options, 'reasonCode');
  return withBus({ brokers, prefix }, async (bus, found) => {
    const topics = someTopics(found, prefix);
    const asked = named === null ? deadLetterTopics(topics, prefix) : [deadLetterTopicIn(named, topics, prefix)];
    const redriven = await readRedriven(bus, prefix, topics);
    const each = isSet(options, 'each') ? eachOn(terminal, isSet(options, 'json')) : null;
    const groups = new Map<string, Group>();
    for (const topic of asked) {
      for await (const letter of lettersIn(bus, topic)) {
        const reason = letter.notes?.reason ?? NOT_OURS;
        if (reasonCode !== null && reason !== reasonCode) continue;
        const at = redriven(letter);
        if (each === null) count(groups, { topic, reason }, letter, at !== null);
        else each.print(letter, reason, at);
      }
    }
    if (each !== null) each.end();
    else if (isSet(options, 'json')) terminal.out(jsonLine({ prefix, groups: [...groups.values()] }));
    else terminal.out(`${groupsText([...groups.values()], new Date())}\n`);
    return exitCodes.done;
  });
};

/** One line per letter, as they come: there may be many. */
const eachOn = (terminal: Terminal, json: boolean) => {
  let printed = 0;
  return {
    print: ({ address, notes, appendedAt, truncatedFrom }: Letter, reason: string, redrivenAt: Date | null): void => {
      printed += 1;
      const text = addressText(address);
      if (json) {
        const { group, attempts } = notes ?? { group: null, attempts: null };
        terminal.out(jsonLine({ address: text, reason, group, attempts, appendedAt, truncatedFrom, redrivenAt }));
        return;
      }
      const marks = [
        ...(redrivenAt === null ? [] : [`redriven ${redrivenAt.toISOString()}`]),
        ...(truncatedFrom === null ? [] : ['only its beginning']),
      ];
      terminal.out(`${table([text, reason, appendedAt.toISOString(), marks.join(', ')], [])}\n`);
    },
    end: (): void => {
      if (printed === 0) terminal.note('there are no dead letters');
    },
  };
};
