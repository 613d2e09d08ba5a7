import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
const globalSetup = fileURLToPath(new URL('libs/testkit/src/jest-global-setup.ts', import.meta.url));

/** Tiers by suffix: tools/gate/src/tiers.ts. Without `npm test`, all but *.containers.spec.ts, which need Docker. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/src/**/!(*.containers).spec.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  // Two: the servers under test need the rest of a small machine. More workers only make the timings of faults random.
  maxWorkers: 2,
  // Never 'import': a require would resolve the ESM half of a dual package, and Express answers 500.
  testEnvironmentOptions: { customExportConditions: ['@lethe/source', 'node', 'node-addons'] },
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  ...(existsSync(globalSetup) ? { globalSetup } : {}),
};
