/** Who decided, and why: two options of every command that leaves a fact in the audit log. Pure. */
import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import { textOption } from './options.ts';

export interface Accountable {
  /** The operator's account. */
  readonly actor: string;
  /** A code that says why. */
  readonly reason: string;
}

/** A code says why, so that no free text about a person gets into the fact. */
const CODE = /^[a-z][a-z0-9_]{0,63}$/;
/** The audit log withholds what may be a customer's number, so the reason would be lost there. */
const LONG_NUMBER = /\d{5}/;
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export const withAccountable = (command: Command): Command =>
  command
    .option('--reason <code>', 'why: a code such as ticket_4711, never free text; a fact of the audit log')
    .option('--actor <account>', 'your account; a fact of the audit log (LETHE_ACTOR)');

/** @throws CommandError */
export const accountableIn = (
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, unknown>>,
): Accountable => {
  const reason = textOption(options, 'reason');
  const actor = textOption(options, 'actor') ?? textOption(env, 'LETHE_ACTOR');
  if (reason === null) throw wrong('--reason is needed: a code such as topic_replaced or ticket_4711');
  if (actor === null) throw wrong('--actor is needed: your account');
  if (!CODE.test(reason)) throw wrong('--reason must be a code: lower-case letters, digits and _');
  if (LONG_NUMBER.test(reason))
    throw wrong('--reason must not hold a number of five digits or more: write ticket_47_110');
  if (!ACCOUNT.test(actor)) throw wrong('--actor must be an account: letters, digits and . _ @ -');
  return { actor, reason };
};

const wrong = (message: string): CommandError => new CommandError(exitCodes.notUnderstood, message);
