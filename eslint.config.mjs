import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { depConstraints } from './tools/gate/src/layers.ts';
import { roomsRule } from './tools/gate/src/rooms.ts';

const boundaries = (files) => [
  'error',
  { enforceBuildableLibDependency: true, allow: [], depConstraints: depConstraints(files) },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/src/generated/**', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, lethe: { rules: { rooms: roomsRule } } },
    rules: {
      'lethe/rooms': 'error',
      '@nx/enforce-module-boundaries': boundaries('product'),
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Specs, contract suites, and what fault tests are set up with.
    files: ['**/*.spec.ts', '**/*.contract.ts', '**/*.given.ts', '**/src/fault/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries('tests') },
  },
  // It rejects the option literals that Nest's factory takes.
  {
    files: ['apps/*/src/main.ts', 'libs/platform/service/src/http-app.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
);
