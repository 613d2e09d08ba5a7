/** `lethe` as a function: arguments and a terminal in, exit code out. */
import { Command, CommanderError } from 'commander';
import type { Runner } from './command-group.ts';
import { groups } from './commands.ts';
import { type ExitCode, exitCodes, meanings } from './exit-codes.ts';
import { report } from './report.ts';
import { withFileVariables } from './terminal/file-variables.ts';
import type { Terminal } from './terminal/terminal.ts';
import { usageError } from './usage-error.ts';

const exitCodeHelp = [
  '',
  'Exit codes:',
  ...[...meanings].map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`),
].join('\n');

const createProgram = (terminal: Terminal, ended: (code: ExitCode) => void): Command => {
  const program = new Command('lethe')
    .description('Requests, cases, dead letters and fences of a Lethe deployment.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.note(text.trimEnd()),
      // It repeats what was typed, which may be an identifier: see usage-error.ts.
      outputError: () => undefined,
    })
    .addHelpText('afterAll', exitCodeHelp);
  const run: Runner =
    (act) =>
    async (...given) => {
      // commander hands over the words, the options and, last, the command itself.
      const command = given.at(-1);
      if (command instanceof Command) ended(await act(await withFileVariables(terminal), command.opts(), command.args));
    };
  for (const group of groups) group(program, run);
  return program;
};

/**
 * Never throws: what goes wrong is told on the terminal.
 * @param argv without the program's own name
 */
export const runLethe = async (argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.done;
  const program = createProgram(terminal, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, terminal);
    if (error.exitCode === 0) return exitCodes.done; // --help
    // A group without its command: commander has shown the help already.
    if (error.code === 'commander.help') return exitCodes.notUnderstood;
    return report(usageError(error, program, argv), terminal);
  }
};
