/** `lethe request submit|show|list` */
import { withAddresses } from '../addresses.ts';
import { type CommandGroup, withExample } from '../command-group.ts';

const several = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];
const none: readonly string[] = [];

export const requestCommands: CommandGroup = (program, run) => {
  const request = program.command('request').description('subject requests: hand one in, look at them');

  const submit = request
    .command('submit')
    .description('hand in an erasure request; the identifiers come from a prompt or from stdin')
    .option('--controller <name>', 'in whose name the data is held, as the catalog names it')
    .option('--ground <code>', 'why the data has to go', 'request')
    .option('--requester <kind>', 'who asks: subject, agent, guardian, controller, operator, regulator_list', 'subject')
    .option('--authority <reference>', 'by what authority somebody acts for the subject; a reference, never a name')
    .option('--regulation <id>', "whose duties apply, may be repeated (default: all of the catalog's)", several, none)
    .option('--dataset <name>', 'only this dataset, may be repeated (default: everything)', several, none)
    .option('--received-at <time>', 'when the request reached the controller, RFC 3339 (default: now)')
    .option('--idempotency-key <key>', 'the same request under the same key is one request (default: a new key)')
    .option(
      '--identifier <type=value>',
      'an identifier, may be repeated; stays in the history of the shell',
      several,
      none,
    )
    .option('--wait', 'follow it until it is completed; exit code 3 when it is not in time')
    .option('--timeout <seconds>', 'how long to wait', '300')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./submit.ts')).submit(...given)));
  withAddresses(submit, ['intake']);
  withExample(submit, 'printf \'email=%s\\n\' "$ADDRESS" | lethe request submit --controller shop --wait');

  const show = request
    .command('show')
    .description("a request: its state, its due date, each system's answer")
    .argument('<id>', 'the id of the request')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./show.ts')).show(...given)));
  withAddresses(show, ['intake']);
  withExample(show, 'lethe request show 0b5c8a1e-6f5d-8c1a-9a53-5d2f6f0f8f11');

  const list = request
    .command('list')
    .description('the requests in the order of their receipt')
    .option('--limit <number>', 'at most so many', '20')
    .option('--all', 'all of them')
    .option('--after <cursor>', 'go on behind an earlier list')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./list.ts')).list(...given)));
  withAddresses(list, ['intake']);
  withExample(list, 'lethe request list --all --json | jq -r \'.items[] | select(.state != "completed") | .id\'');
};
