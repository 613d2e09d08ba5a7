/** What may be typed after each command, read from the program itself. Pure. */
import type { Command } from 'commander';

export interface Words {
  /** The commands that lead here, without the program's name: `dead-letter list`. */
  readonly path: string;
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

export const wordsOf = (program: Command): readonly Words[] => below(program, []);

const below = (command: Command, path: readonly string[]): readonly Words[] => [
  {
    path: path.join(' '),
    commands: command.commands.map((each) => each.name()),
    options: [...command.options.flatMap(({ long }) => long ?? []), '--help'],
  },
  ...command.commands.flatMap((each) => below(each, [...path, each.name()])),
];
