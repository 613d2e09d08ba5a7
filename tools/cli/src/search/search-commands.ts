/** `lethe search` */
import { withAccountable } from '../accountable.ts';
import { withAddresses } from '../addresses.ts';
import { type CommandGroup, withExample } from '../command-group.ts';

const several = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];
const none: readonly string[] = [];

export const searchCommands: CommandGroup = (program, run) => {
  const search = program
    .command('search')
    .description(
      'where an identifier stands, in every topic, store and log, and why; or "nowhere". Exit code 3 when it stands where it should not. The identifiers come from a prompt or from stdin',
    )
    .option('--controller <name>', 'in whose name the data is held (default: the only one of the catalog)')
    .option('--request <id>', 'the subject request that it is for; a fact of the audit log')
    .option('--catalog <folder>', 'the catalog of the deployment (LETHE_CATALOG)')
    .option('--logs <path>', 'a folder of log files, or one, may be repeated', several, none)
    .option(
      '--kafka-logs <folder>',
      "a folder of Kafka's segment files, may be repeated (default: those of the brokers, if they are on this machine)",
      several,
      none,
    )
    .option(
      '--identifier <type=value>',
      'an identifier, may be repeated; stays in the history of the shell',
      several,
      none,
    )
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./search.ts')).search(...given)));
  withAccountable(search);
  withAddresses(search, ['brokers', 'mongodb', 'prefix']);
  withExample(
    search,
    'printf \'email=%s\\n\' "$ADDRESS" | lethe search --request 0b5c8a1e-6f5d-8c1a-9a53-5d2f6f0f8f11 --actor "$USER" --logs logs',
  );
};
