/** Runs the service without a store under the name given: `node passing-service.js <name>`; `--failpoints` lists where it can be killed. */
import { Module } from '@nestjs/common';
import { failpoints } from '@lethe/failpoint';
import { parseConfig, runService } from '../index.ts';
import { passingTopology } from './passing.ts';

@Module({})
class NoResources {}

const name = process.argv[2] ?? 'passing';
if (name === '--failpoints') {
  console.log(failpoints().join('\n'));
} else {
  await runService(name, () =>
    Promise.resolve({
      settings: parseConfig(process.env, {}),
      topology: passingTopology(name),
      systems: [],
      context: {},
      seal: (raw) => raw,
      module: () => NoResources,
    }),
  );
}
