/** What commander found wrong, without repeating what was typed: it may be an identifier. */
import type { Command, CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

export const usageError = (
  { code, message }: CommanderError,
  program: Command,
  argv: readonly string[],
): CommandError => {
  const meant = /\(Did you mean (?:one of )?([^?]*)\?\)/.exec(message)?.[1];
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new CommandError(
    exitCodes.notUnderstood,
    `${sentence(code, message)}${hint}`,
    `See: ${named(program, argv)} --help`,
  );
};

const sentence = (code: string, message: string): string => {
  switch (code) {
    case 'commander.unknownOption':
      return 'there is an option that this command does not have';
    case 'commander.unknownCommand':
      return 'there is no such command';
    case 'commander.excessArguments':
      return 'there are more words than this command takes';
    case 'commander.missingArgument':
    case 'commander.optionMissingArgument':
    case 'commander.missingMandatoryOptionValue':
      // These name what is missing, which is ours.
      return message.replace(/^error: /, '');
    default:
      return 'the arguments cannot be read';
  }
};

/** The command that was meant. Only names of commands: whatever else stands there may be anything. */
const named = (program: Command, argv: readonly string[]): string => {
  let at = program;
  const path = [program.name()];
  for (const word of argv) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    at = next;
    path.push(word);
  }
  return path.join(' ');
};
