/** An error as the person at the keyboard reads it: what is wrong, where, what to do. Never a stack, never a foreign message. */
import { CommandError } from './command-error.ts';
import { outsideError } from './deployment/outside-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';

export const report = (error: unknown, terminal: Terminal): ExitCode => {
  if (terminal.interrupted.aborted) {
    terminal.note('lethe: interrupted');
    return exitCodes.interrupted;
  }
  const told = error instanceof CommandError ? error : (outsideError(error) ?? unexpected(error));
  terminal.note(`lethe: ${told.message}`);
  if (told.remedy !== null) terminal.note(told.remedy);
  return told.exitCode;
};

/** A foreign error's message may quote what it choked on. */
const unexpected = (error: unknown): CommandError => {
  const kind = error instanceof Error ? error.name : typeof error;
  return new CommandError(
    exitCodes.refused,
    `this should not happen (${kind})`,
    'Please report it, with the command but without its input',
  );
};
