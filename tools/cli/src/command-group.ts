/** What a group of commands is written against. */
import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Does the work of one command. What it throws is told, and decides the exit code. */
export type Action = (
  terminal: Terminal,
  options: Readonly<Record<string, unknown>>,
  words: readonly string[],
) => Promise<ExitCode>;

/** Makes commander's action of ours. */
export type Runner = (act: Action) => (...given: unknown[]) => Promise<void>;

/**
 * Adds its commands to the program. It says what there is and loads nothing: what a command needs is imported by its
 * action, so that `lethe request show` does not wait for a Kafka client.
 */
export type CommandGroup = (program: Command, run: Runner) => void;

export const withExample = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText('after', ['', 'Example:', ...lines.map((line) => `  ${line}`)].join('\n'));
