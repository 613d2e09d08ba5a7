/** `lethe case show` */
import { withAddresses } from '../addresses.ts';
import { type CommandGroup, withExample } from '../command-group.ts';

export const caseCommands: CommandGroup = (program, run) => {
  const group = program.command('case').description('erasure cases: what was asked of whom, and what they said');
  const show = group
    .command('show')
    .description('the plan of a case, its orders and answers, and what is still open')
    .argument('<id>', 'the id of the case, which is that of its request')
    .option('--json', 'print JSON')
    .action(run(async (...given) => (await import('./show.ts')).show(...given)));
  withAddresses(show, ['erasure']);
  withExample(show, 'lethe case show 0b5c8a1e-6f5d-8c1a-9a53-5d2f6f0f8f11');
};
