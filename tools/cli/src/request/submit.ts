import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, listOption, textOption, wholeOption } from '../options.ts';
import { ask } from '../rest/ask.ts';
import { fields } from '../terminal/table.ts';
import { follow } from './follow.ts';
import { readIdentifiers } from './read-identifiers.ts';
import { understood } from '../rest/understood.ts';
import { jsonLine } from '../terminal/json.ts';

const acknowledgement = z.looseObject({
  id: z.uuid(),
  state: z.string(),
  receivedAt: z.string(),
  respondBy: z.string(),
});

/** As intake takes it. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/** `lethe request submit` */
export const submit: Action = async (terminal, options) => {
  const { intake } = addressesOf(['intake'], options, terminal.env);
  const timeoutSeconds = wholeOption(options, 'timeout', 1, 86_400);
  const controller = textOption(options, 'controller');
  if (controller === null) {
    throw new CommandError(exitCodes.notUnderstood, '--controller is needed: in whose name the data is held');
  }
  const json = isSet(options, 'json');
  const given = textOption(options, 'idempotencyKey');
  if (given !== null && !KEY.test(given)) {
    throw new CommandError(exitCodes.notUnderstood, '--idempotency-key must be 1 to 255 printable ASCII characters');
  }
  const key = given ?? randomUUID();
  const identities = await readIdentifiers(terminal, listOption(options, 'identifier'));
  const datasets = listOption(options, 'dataset');
  const authority = textOption(options, 'authority');
  const receivedAt = textOption(options, 'receivedAt');
  const answer = await ask({
    service: 'intake',
    base: intake,
    path: 'v1/subject-requests',
    headers: { 'idempotency-key': key },
    body: {
      controller,
      type: 'erasure',
      requester: { kind: textOption(options, 'requester'), ...(authority === null ? {} : { authority }) },
      ground: textOption(options, 'ground'),
      scope: { all: datasets.length === 0, datasets },
      regulations: listOption(options, 'regulation'),
      identities,
      ...(receivedAt === null ? {} : { receivedAt }),
    },
    placeOf: optionOf,
    signal: terminal.interrupted,
  })
    .then((reply) => ({ reply, accepted: understood(acknowledgement, reply.body, 'intake') }))
    .catch((error: unknown) => {
      // A wrong answer, a failure over there, Ctrl-C: perhaps it was accepted all the same.
      if (!isUnreachable(error) && given === null) {
        terminal.note(`lethe: it was sent with --idempotency-key ${key}; sent again with that it stays one request`);
      }
      throw whetherAccepted(error, given === null ? key : 'of before');
    });
  const { reply, accepted } = answer;
  if (isSet(options, 'wait')) return follow({ terminal, intake, id: accepted.id, timeoutSeconds, json });
  const again = reply.headers.get('idempotent-replayed') === 'true';
  if (json) terminal.out(jsonLine(reply.body));
  else {
    const { id, state, respondBy } = accepted;
    terminal.out(
      `${fields([
        ['request', id],
        ['state', state],
        ['respond by', respondBy],
      ])}\n`,
    );
  }
  if (again) terminal.note('lethe: this request had been accepted before, under the same key');
  return exitCodes.done;
};

/** Without an answer nobody knows whether it was accepted; under the same key it is safe to send again. */
const whetherAccepted = (error: unknown, key: string): unknown =>
  isUnreachable(error)
    ? new CommandError(
        error.exitCode,
        `${error.message}\nwhether the request was accepted is not known: send it again with --idempotency-key ${key}`,
        error.remedy,
      )
    : error;

const isUnreachable = (error: unknown): error is CommandError =>
  error instanceof CommandError && error.exitCode === exitCodes.unreachable;

/** From a place in the body to what was written on the command line. */
const optionOf = (pointer: string): string => {
  const identity = /^\/identities\/(\d+)(?:\/(type|value))?$/.exec(pointer);
  if (identity !== null) {
    const number = `identifier ${Number(identity[1]) + 1}`;
    return identity[2] === undefined ? number : `${number}, its ${identity[2]}`;
  }
  const first = pointer.split('/')[1] ?? '';
  return options.get(pointer) ?? options.get(`/${first}`) ?? pointer;
};
const options: ReadonlyMap<string, string> = new Map([
  ['/identities', 'the identifiers'],
  ['/controller', '--controller'],
  ['/requester', '--requester'],
  ['/requester/authority', '--authority'],
  ['/ground', '--ground'],
  ['/scope', '--dataset'],
  ['/regulations', '--regulation'],
  ['/receivedAt', '--received-at'],
]);
