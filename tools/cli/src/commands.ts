/** Every group of commands, in the order of the help: one line per group. */
import type { CommandGroup } from './command-group.ts';
import { fenceCommands } from './fence/fence-commands.ts';
import { requestCommands } from './request/request-commands.ts';
import { searchCommands } from './search/search-commands.ts';

export const groups: readonly CommandGroup[] = [requestCommands, fenceCommands, searchCommands];
