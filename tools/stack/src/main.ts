import { COMMANDS, HELP } from './commands.ts';
import { StackError } from './stack-error.ts';

/** `npm run stack -- <command>`. Exit code 0: done; 1: a problem, said on stderr; 2: not a command. */
const [, , name, ...args] = process.argv;
const command = name === undefined ? undefined : COMMANDS.get(name);

if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
  process.stdout.write(HELP);
  process.exitCode = name === undefined ? 2 : 0;
} else if (command === undefined) {
  process.stderr.write(`stack: there is no command "${name}"\n\n${HELP}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(args, process.env);
  } catch (error) {
    process.stderr.write(
      `${error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = 1;
  }
}
