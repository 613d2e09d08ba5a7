import { addressesOf } from '../addresses.ts';
import type { Action } from '../command-group.ts';
import { exitCodes } from '../exit-codes.ts';
import { idWord, isSet } from '../options.ts';
import { ask } from '../rest/ask.ts';
import { understood } from '../rest/understood.ts';
import { jsonLine } from '../terminal/json.ts';
import { caseText, caseView } from './case-view.ts';

/** `lethe case show` */
export const show: Action = async (terminal, options, words) => {
  const id = idWord(words);
  const { erasure } = addressesOf(['erasure'], options, terminal.env);
  const signal = terminal.interrupted;
  const { body } = await ask({ service: 'erasure', base: erasure, path: `v1/cases/${id}`, signal });
  const found = understood(caseView, body, 'erasure');
  terminal.out(isSet(options, 'json') ? jsonLine(body) : `${caseText(found)}\n`);
  return exitCodes.done;
};
