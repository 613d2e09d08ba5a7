import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const servers = ['kafkajs', '@platformatic/kafka', 'mongodb'];
const frameworks = ['@nestjs/*', 'rxjs'];

/** Which layer may stand on which; ARCHITECTURE.md explains the picture. */
const layers = [
  {
    sourceTag: 'layer:contracts',
    onlyDependOnLibsWithTags: ['layer:contracts'],
    bannedExternalImports: [...servers, ...frameworks, 'pino'],
  },
  {
    sourceTag: 'layer:domain',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:domain'],
    bannedExternalImports: [...servers, ...frameworks, 'pino', 'avsc'],
  },
  { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:platform'] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:domain', 'layer:platform'] },
  {
    sourceTag: 'layer:testkit',
    onlyDependOnLibsWithTags: ['layer:tool'],
    bannedExternalImports: ['kafkajs', '@platformatic/kafka', ...frameworks],
  },
  {
    sourceTag: 'layer:tool',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:platform', 'layer:tool'],
    bannedExternalImports: ['kafkajs', '@platformatic/kafka', ...frameworks],
  },
  {
    sourceTag: 'layer:example',
    onlyDependOnLibsWithTags: ['layer:contracts', 'layer:platform', 'layer:tool'],
    bannedExternalImports: ['kafkajs', '@platformatic/kafka', ...frameworks],
  },
  { sourceTag: 'layer:e2e', onlyDependOnLibsWithTags: ['*'] },
];

/** A library has one room (or few) that knows it; everyone else asks that room. */
const rooms = [
  { names: ['kafkajs', 'kafkajs/*', '@platformatic/kafka'], only: ['libs/platform/bus/**'], say: 'Kafka is spoken in libs/platform/bus alone.' },
  { names: ['avsc'], only: ['libs/contracts/**', 'tools/codegen/**'], say: 'Avro is spoken in libs/contracts alone.' },
  {
    names: ['mongodb'],
    only: ['libs/platform/**', '**/store/*', 'libs/testkit/**', 'tools/stack/**', 'tools/fence/**', 'examples/**', 'e2e/**'],
    say: 'MongoDB is spoken in libs/platform and in **/store/* alone.',
  },
  {
    names: ['@nestjs/*', 'rxjs'],
    only: ['**/main.ts', '**/*.module.ts', '**/*.controller.ts', 'libs/platform/service/**'],
    say: 'Nest is spoken in main.ts, *.module.ts, *.controller.ts and libs/platform/service alone.',
  },
];

/** For every combination of rooms that a file can be in, the patterns that remain forbidden (later entries replace earlier ones). */
const forbidden = (allowed) => [
  'error',
  {
    patterns: rooms
      .filter((room) => !allowed.includes(room))
      .map(({ names, say }) => ({ group: names, message: say })),
  },
];
const roomRules = [
  { files: ['**/*.ts'], rules: { '@typescript-eslint/no-restricted-imports': forbidden([]) } },
  ...rooms.map((room) => ({
    files: room.only.map((glob) => (glob.endsWith('.ts') ? glob : `${glob}`)),
    rules: { '@typescript-eslint/no-restricted-imports': forbidden([room]) },
  })),
  // Places that are a room of several libraries.
  {
    files: ['libs/platform/service/**'],
    rules: { '@typescript-eslint/no-restricted-imports': forbidden([rooms[2], rooms[3]]) },
  },
  {
    files: ['libs/platform/bus/**'],
    rules: { '@typescript-eslint/no-restricted-imports': forbidden([rooms[0]]) },
  },
  {
    files: ['**/*.int.spec.ts', '**/*.fault.spec.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/src/generated/**', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: true, allow: [], depConstraints: layers },
      ],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['**/main.ts'], rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' } },
  ...roomRules,
);
