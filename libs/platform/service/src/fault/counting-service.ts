/** Runs the counting service under the name given: `node counting-service.js <name>`; `--failpoints` lists where it can be killed. */
import { Module } from '@nestjs/common';
import { failpoints } from '@lethe/failpoint';
import { parseConfig, runService } from '../index.ts';
import { counts, countingTopology } from './counting.ts';

@Module({})
class NoResources {}

const name = process.argv[2] ?? 'counting';
if (name === '--failpoints') {
  console.log(failpoints().join('\n'));
} else {
  await runService(name, () =>
    Promise.resolve({
      settings: parseConfig(process.env, {}),
      topology: countingTopology(name),
      systems: [],
      context: {},
      seal: (raw) => raw,
      records: [counts],
      collections: ['completions'],
      module: () => NoResources,
    }),
  );
}
