import { matchesGlob, relative, sep } from 'node:path';
import type { Rule } from 'eslint';

/** A library has one room (or few) that knows it; everyone else asks that room. */
export interface Room {
  /** Package names; a trailing `/*` stands for a whole scope. Subpaths of a package belong to it. */
  readonly libraries: readonly string[];
  /** Globs of the files that may import it, from the root of the clone. */
  readonly only: readonly string[];
  readonly say: string;
}

/** Where the raw thing is measured or tested against, every library may be imported. */
const everyRoom = ['**/*.int.spec.ts', '**/*.fault.spec.ts', '**/src/fault/**', 'bench/**'];

export const rooms: readonly Room[] = [
  {
    libraries: ['kafkajs', '@platformatic/kafka'],
    only: ['libs/platform/bus/**', ...everyRoom],
    say: 'Kafka is spoken in libs/platform/bus alone.',
  },
  {
    libraries: ['avsc'],
    only: ['libs/contracts/**', 'tools/codegen/**', ...everyRoom],
    say: 'Avro is spoken in libs/contracts and tools/codegen alone.',
  },
  {
    libraries: ['mongodb'],
    only: [
      'libs/platform/{store,service}/**',
      'apps/*/src/store/**',
      'libs/testkit/**',
      'tools/{stack,cli}/**',
      'examples/**',
      'e2e/**',
      ...everyRoom,
    ],
    say: 'MongoDB is spoken in libs/platform/store, libs/platform/service and the store folder of an app alone.',
  },
  {
    libraries: ['@opentelemetry/*', 'prom-client'],
    only: ['libs/platform/service/**', ...everyRoom],
    say: 'Metrics and traces are told by libs/platform/service alone; others use its Metrics and are traced by it.',
  },
  {
    libraries: ['@nestjs/*', 'rxjs', 'reflect-metadata'],
    only: [
      'apps/*/src/main.ts',
      'apps/*/src/**/*.module.ts',
      'apps/*/src/**/*.controller.ts',
      'libs/platform/service/**',
      ...everyRoom,
    ],
    say: 'Nest is spoken in main.ts, *.module.ts, *.controller.ts and libs/platform/service alone.',
  },
];

const isOf = (library: string, source: string): boolean =>
  library.endsWith('/*')
    ? source.startsWith(library.slice(0, -1))
    : source === library || source.startsWith(`${library}/`);

/** The room that `file` would have to be in to import `source`; null when it may. */
export const closedRoom = (file: string, source: string): Room | null =>
  rooms.find(
    ({ libraries, only }) =>
      libraries.some((library) => isOf(library, source)) && !only.some((glob) => matchesGlob(file, glob)),
  ) ?? null;

/** ESLint's rule for it: static imports, re-exports, `import()`, `import('...').Type` and `require`. */
export const roomsRule: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], messages: { closed: '{{say}}' } },
  create: (context) => {
    const file = relative(context.cwd, context.filename).split(sep).join('/');
    const check = (node: Rule.Node, source: unknown): void => {
      const room = typeof source === 'string' ? closedRoom(file, source) : null;
      if (room !== null) context.report({ node, messageId: 'closed', data: { say: room.say } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : null),
      CallExpression: (node) => {
        const [first] = node.arguments;
        const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require';
        if (isRequire && first?.type === 'Literal') check(node, first.value);
      },
      // TypeScript's `import('x').T`, of which ESLint's own types know nothing.
      Literal: (node) => {
        const within: string = node.parent.type;
        if (within === 'TSImportType') check(node, node.value);
      },
    };
  },
};
