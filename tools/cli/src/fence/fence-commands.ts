/** `lethe fence show|adopt` */
import { withAccountable } from '../accountable.ts';
import { withAddresses } from '../addresses.ts';
import { type CommandGroup, withExample } from '../command-group.ts';

export const fenceCommands: CommandGroup = (program, run) => {
  const fence = program
    .command('fence')
    .description('where each service stands in each partition; a decision where one stands still');

  const show = fence
    .command('show')
    .description('every fence and every relay; exit code 3 when something stands still')
    .option('--service <name>', 'this service alone')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./show.ts')).show(...given)));
  withAddresses(show, ['brokers', 'mongodb', 'prefix']);
  withExample(show, 'lethe fence show --service erasure');

  const adopt = fence
    .command('adopt')
    .description('decide where a service that stands still goes on; it looks again within 5 s')
    .argument(
      '[pending]',
      'with --relay: publish (the batch was not published; it may then stand twice) or clear (it was)',
    )
    .option('--service <name>', 'the service that stands still')
    .option('--topic <name>', 'the full name of the topic')
    .option('--partition <number>', 'this partition alone (default: every one of the topic that stands still)')
    .option('--at <where>', 'start (handle again what the log still holds), end (skip it), or an offset')
    .option('--relay', 'decide about its relay: Kafka has lost its position while a batch was pending')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./adopt-command.ts')).adoptCommand(...given)));
  withAccountable(adopt);
  withAddresses(adopt, ['brokers', 'mongodb', 'prefix']);
  withExample(
    adopt,
    'lethe fence adopt --service erasure --topic lethe.requests --at start --reason topic_replaced --actor "$USER"',
    'lethe fence adopt --service erasure --relay clear --reason kafka_restored --actor "$USER"',
  );
};
