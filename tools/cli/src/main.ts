/** `lethe`, started by bin/lethe.mjs: the command line of Lethe. */
import { runLethe } from './program.ts';
import { report } from './report.ts';
import { processTerminal } from './terminal/process-terminal.ts';

const terminal = processTerminal();
// A library's error in a callback of its own would otherwise show its stack and whatever it quotes.
process.once('uncaughtException', (error) => process.exit(report(error, terminal)));
process.exitCode = await runLethe(process.argv.slice(2), terminal);
