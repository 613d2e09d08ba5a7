/** `lethe completion bash|zsh|fish` */
import { type CommandGroup, withExample } from '../command-group.ts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { isShell, scripts, shells } from './scripts.ts';
import { wordsOf } from './words.ts';

export const completionCommands: CommandGroup = (program, run) => {
  const completion = program
    .command('completion')
    .description('print a script that completes commands and options in your shell')
    .argument('<shell>', shells.join(', '))
    .action(
      run((terminal, _options, [shell = '']) => {
        if (!isShell(shell))
          throw new CommandError(exitCodes.notUnderstood, `the shell must be one of ${shells.join(', ')}`);
        terminal.out(scripts[shell](wordsOf(program)));
        return Promise.resolve(exitCodes.done);
      }),
    );
  withExample(
    completion,
    'source <(lethe completion bash)',
    'lethe completion fish > ~/.config/fish/completions/lethe.fish',
  );
};
