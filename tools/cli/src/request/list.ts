import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, textOption, wholeOption } from '../options.ts';
import { ask } from '../rest/ask.ts';
import { table } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { requestPage, type RequestView } from './request-view.ts';
import { understood } from '../rest/understood.ts';
import { jsonLine } from '../terminal/json.ts';

/** As many as intake gives at once. */
const PAGE = 100;

/** `lethe request list`: page by page, printed as they come; a year of requests is not held in memory. */
export const list: Action = async (terminal, options) => {
  const { intake } = addressesOf(['intake'], options, terminal.env);
  const json = isSet(options, 'json');
  let left = isSet(options, 'all') ? Infinity : wholeOption(options, 'limit', 1, 1_000_000);
  let cursor = textOption(options, 'after');
  let printed = 0;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(PAGE, left)) });
    if (cursor !== null) query.set('cursor', cursor);
    const { body } = await ask({
      service: 'intake',
      base: intake,
      path: `v1/subject-requests?${query.toString()}`,
      signal: terminal.interrupted,
    });
    const { items, next } = understood(requestPage, body, 'intake');
    print(terminal, json, items, printed === 0);
    printed += items.length;
    left -= items.length;
    if (next !== null && next === cursor)
      throw new CommandError(exitCodes.refused, 'intake names the same page again and again');
    cursor = next;
  } while (cursor !== null && left > 0);
  if (json) terminal.out(`],"next":${jsonLine(cursor).trimEnd()}}\n`);
  else if (cursor !== null) terminal.note(`There are more: lethe request list --after ${cursor}`);
  return exitCodes.done;
};

const print = (terminal: Terminal, json: boolean, items: readonly RequestView[], isFirst: boolean): void => {
  if (json) {
    const texts = items.map((item) => jsonLine(item).trimEnd());
    terminal.out(`${isFirst ? '{"items":[' : ','}${texts.join(',')}`);
    return;
  }
  const rows = items.map(({ id, state, controller, receivedAt, respondBy, outcome }) => [
    id,
    state,
    controller,
    receivedAt,
    respondBy,
    outcome,
  ]);
  const lines = table(['request', 'state', 'controller', 'received', 'respond by', 'outcome'], rows);
  terminal.out(`${isFirst ? lines : lines.slice(lines.indexOf('\n') + 1)}\n`);
};
