/** Where the identifiers of a request come from: a prompt, stdin, or arguments. */
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type Identifier, identifierForm, identifierIn, identifiersIn } from './identifiers.ts';

/** More than a request may hold, by far. */
const MOST_BYTES = 4_000_000;

/** @param given by --identifier */
export const readIdentifiers = async (terminal: Terminal, given: readonly string[]): Promise<readonly Identifier[]> => {
  if (given.length > 0) {
    terminal.note(
      'lethe: an identifier in the arguments stays in the history of the shell and shows in the list of processes; write it to stdin',
    );
    return given.map((text, index) => identifierIn(text, `--identifier ${index + 1}`));
  }
  if (terminal.stdin.isTerminal) return prompt(terminal);
  const input = await terminal.stdin.read(MOST_BYTES);
  if (input === null)
    throw new CommandError(exitCodes.notUnderstood, 'stdin holds more than 4 MB', `Write ${identifierForm}`);
  return identifiersIn(input);
};

const prompt = async (terminal: Terminal): Promise<readonly Identifier[]> => {
  terminal.note('By what is the subject known? type=value, not shown while you type; an empty line ends.');
  const identifiers: Identifier[] = [];
  for await (const line of terminal.stdin.typed(() => `identifier ${identifiers.length + 1}: `)) {
    if (line.trim() === '') break;
    try {
      identifiers.push(identifierIn(line, 'this line'));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      terminal.note(`${error.message}: once more`);
    }
  }
  if (terminal.interrupted.aborted) throw new CommandError(exitCodes.interrupted, 'interrupted');
  if (identifiers.length === 0) throw new CommandError(exitCodes.notUnderstood, 'no identifier was given');
  return identifiers;
};
