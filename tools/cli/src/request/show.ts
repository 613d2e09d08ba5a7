import { addressesOf } from '../addresses.ts';
import type { Action } from '../command-group.ts';
import { exitCodes } from '../exit-codes.ts';
import { idWord, isSet } from '../options.ts';
import { ask } from '../rest/ask.ts';
import { requestText, requestView } from './request-view.ts';
import { understood } from '../rest/understood.ts';
import { jsonLine } from '../terminal/json.ts';

/** `lethe request show` */
export const show: Action = async (terminal, options, words) => {
  const id = idWord(words);
  const { intake } = addressesOf(['intake'], options, terminal.env);
  const { body } = await ask({
    service: 'intake',
    base: intake,
    path: `v1/subject-requests/${id}`,
    signal: terminal.interrupted,
  });
  const request = understood(requestView, body, 'intake');
  terminal.out(isSet(options, 'json') ? jsonLine(body) : `${requestText(request)}\n`);
  return exitCodes.done;
};
