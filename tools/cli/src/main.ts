/** `lethe`, started by bin/lethe.mjs: the command line of Lethe. */
import { runLethe } from './program.ts';
import { processTerminal } from './terminal/process-terminal.ts';

process.exitCode = await runLethe(process.argv.slice(2), processTerminal());
