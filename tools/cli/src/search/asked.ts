/** What `lethe search` was asked for, and whether it may: a look-up is for a request, or has a reason. Pure. */
import { accountableIn } from '../accountable.ts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { idWord, isSet, listOption, textOption } from '../options.ts';

export interface AskedSearch {
  readonly controller: string | null;
  readonly catalog: string;
  readonly actor: string;
  readonly reason: string;
  readonly requestId: string | null;
  readonly logs: readonly string[];
  readonly kafkaLogs: readonly string[];
  readonly json: boolean;
}

/** The reason of a look-up for a request that has no other. */
const FOR_A_REQUEST = 'subject_request';

/** @throws CommandError */
export const searchIn = (
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): AskedSearch => {
  const request = textOption(options, 'request');
  const reason = textOption(options, 'reason');
  if (request === null && reason === null) {
    throw wrong('--request or --reason is needed: a look-up is for a subject request, or a code says why');
  }
  const requestId = request === null ? null : idWord([request]);
  const catalog = textOption(options, 'catalog') ?? textOption(env, 'LETHE_CATALOG');
  if (catalog === null) {
    throw wrong('--catalog is needed (or LETHE_CATALOG): the folder that says how identifiers are spelled');
  }
  return {
    ...accountableIn({ ...options, reason: reason ?? FOR_A_REQUEST }, env),
    controller: textOption(options, 'controller'),
    catalog,
    requestId,
    logs: listOption(options, 'logs'),
    kafkaLogs: listOption(options, 'kafkaLogs'),
    json: isSet(options, 'json'),
  };
};

const wrong = (message: string): CommandError => new CommandError(exitCodes.notUnderstood, message);
