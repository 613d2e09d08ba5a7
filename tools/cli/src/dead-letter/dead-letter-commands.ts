/** `lethe dead-letter list|show|redrive` */
import { withAccountable } from '../accountable.ts';
import { withAddresses } from '../addresses.ts';
import { type CommandGroup, withExample } from '../command-group.ts';

export const deadLetterCommands: CommandGroup = (program, run) => {
  const deadLetter = program
    .command('dead-letter')
    .description('what could not be handled: look at it, publish it again');

  const list = deadLetter
    .command('list')
    .description('how many there are, by topic and reason, how old, and how many were redriven')
    .option('--topic <name>', 'those of this topic alone')
    .option('--reason-code <code>', 'those with this reason alone')
    .option('--each', 'one line per dead letter, with its address')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./list.ts')).list(...given)));
  withAddresses(list, ['brokers', 'prefix']);
  withExample(list, 'lethe dead-letter list --topic lethe.user-events --each');

  const show = deadLetter
    .command('show')
    .description('one dead letter: why it is one, and its structure without personal data')
    .argument('<address>', 'TOPIC/PARTITION/OFFSET, as `lethe dead-letter list --each` prints it')
    .option('--reveal', 'show in clear what its publisher wrote; a fact of the audit log, needs --reason and --actor')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./show.ts')).show(...given)));
  withAccountable(show);
  withAddresses(show, ['brokers', 'prefix']);
  withExample(
    show,
    'lethe dead-letter show lethe.user-events.dead-letter/0/17',
    'lethe dead-letter show lethe.user-events.dead-letter/0/17 --reveal --reason ticket_4711 --actor "$USER"',
    'LETHE_SEALING_KEYS opens it; with LETHE_CATALOG its names of systems and datasets are shown.',
  );

  const redrive = deadLetter
    .command('redrive')
    .description('publish the original record again on the topic that it came from; a fact of the audit log')
    .argument('[address]', 'TOPIC/PARTITION/OFFSET, as `lethe dead-letter list --each` prints it')
    .option('--topic <name>', 'with --all: those of this topic')
    .option('--reason-code <code>', 'with --all: those with this reason alone')
    .option('--all', 'all that were not redriven yet')
    .option('--again', 'also what was redriven already')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./redrive-command.ts')).redriveCommand(...given)));
  withAccountable(redrive);
  withAddresses(redrive, ['brokers', 'prefix']);
  withExample(
    redrive,
    'lethe dead-letter redrive lethe.user-events.dead-letter/0/17 --reason feed_declared --actor "$USER"',
    'lethe dead-letter redrive --topic lethe.user-events --reason-code unknown_feed --all --reason feed_declared --actor "$USER"',
  );
};
