import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** Tiers by suffix: *.spec.ts pure, *.int.spec.ts real servers, *.fault.spec.ts injected faults, *.e2e.spec.ts whole processes. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/src/**/*.spec.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  // Never 'import': a require would resolve the ESM half of a dual package, and Express answers 500.
  testEnvironmentOptions: { customExportConditions: ['@lethe/source', 'node', 'node-addons'] },
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
};
