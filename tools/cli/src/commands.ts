/** Every group of commands, in the order of the help: one line per group. */
import type { CommandGroup } from './command-group.ts';
import { caseCommands } from './case/case-commands.ts';
import { completionCommands } from './completion/completion-commands.ts';
import { deadLetterCommands } from './dead-letter/dead-letter-commands.ts';
import { fenceCommands } from './fence/fence-commands.ts';
import { requestCommands } from './request/request-commands.ts';
import { searchCommands } from './search/search-commands.ts';

export const groups: readonly CommandGroup[] = [
  requestCommands,
  caseCommands,
  deadLetterCommands,
  fenceCommands,
  searchCommands,
  completionCommands,
];
