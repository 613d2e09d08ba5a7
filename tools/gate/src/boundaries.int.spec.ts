// The boundaries hold only if something proves that a crossing is refused: Nx's rule accepts everything when its graph
// is stale, and a glob that matches nothing looks like a clean file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Complaint, Snippet } from './lint-texts.ts';
import { environment, root } from './root.ts';

const boundary = '@nx/enforce-module-boundaries';
const room = 'lethe/rooms';

/** Who refuses, and in which words. */
type Refusal = readonly [rule: string, says: string];
const standsElsewhere = (layer: string): Refusal => [boundary, `"layer:${layer}" can only depend on`];
const standsAlone = (layer: string): Refusal => [boundary, `"layer:${layer}" cannot depend on any libs`];
const banned = (layer: string, library: string): Refusal => [
  boundary,
  `"layer:${layer}" is not allowed to import "${library}"`,
];
const circle: Refusal = [boundary, 'Circular dependency between'];
const byPath: Refusal = [boundary, 'relative or absolute path'];
const spokenIn = (what: string): Refusal => [room, `${what} is spoken in`];

const contracts = 'libs/contracts/src/index.ts';
const identity = 'libs/domain/identity/src/index.ts';
const bus = 'libs/platform/bus/src/index.ts';
const store = 'libs/platform/store/src/index.ts';
const service = 'libs/platform/service/src/index.ts';
const testkit = 'libs/testkit/src/index.ts';
const handler = 'apps/erasure/src/handlers/subject-located.ts';

/** [the file that would import, the line it would have, the refusal] */
const forbidden: readonly (readonly [string, string, Refusal])[] = [
  [contracts, `import '@lethe/failpoint';`, standsAlone('contracts')],
  [contracts, `import '@lethe/stack';`, standsAlone('contracts')],
  [contracts, `import '@lethe/identity';`, circle],
  [contracts, `import 'mongodb';`, banned('contracts', 'mongodb')],

  [identity, `import '@lethe/store';`, standsElsewhere('domain')],
  [identity, `import 'mongodb';`, banned('domain', 'mongodb')],
  [identity, `import 'kafkajs';`, banned('domain', 'kafkajs')],
  [identity, `import '@nestjs/common';`, banned('domain', '@nestjs/common')],
  [identity, `import 'avsc';`, banned('domain', 'avsc')],
  [identity, `import '../../catalog/src/index.ts';`, byPath],

  [service, `import '@lethe/erasure-case';`, standsElsewhere('platform')],
  [service, `import '@lethe/testkit';`, standsElsewhere('platform')],
  [service, `import '@platformatic/kafka';`, spokenIn('Kafka')],
  [service, `import 'avsc';`, spokenIn('Avro')],
  [bus, `import 'mongodb';`, spokenIn('MongoDB')],
  [bus, `import '@nestjs/common';`, spokenIn('Nest')],
  [store, `import 'kafkajs';`, spokenIn('Kafka')],
  [store, `export const kafka = await import('kafkajs');`, spokenIn('Kafka')],
  [store, `export type Kafka = import('kafkajs').Kafka;`, spokenIn('Kafka')],
  [store, `export { Kafka } from 'kafkajs';`, spokenIn('Kafka')],
  [testkit, `import '@lethe/failpoint';`, standsElsewhere('testkit')],
  [testkit, `import '@lethe/bus';`, circle],

  [handler, `import '@lethe/audit';`, standsElsewhere('app')],
  [handler, `export const audit = await import('@lethe/audit');`, standsElsewhere('app')],
  [handler, `import '@lethe/discovery/src/topology.ts';`, standsElsewhere('app')],
  [handler, `import '../../../audit/src/topology.ts';`, byPath],
  [handler, `import type { Db } from 'mongodb';`, spokenIn('MongoDB')],
  [handler, `import '@nestjs/common';`, spokenIn('Nest')],
];

/** What must stay possible: a rule that refuses everything would pass the list above. */
const allowed: readonly (readonly [string, string])[] = [
  ['libs/domain/catalog/src/index.ts', `import '@lethe/identity';`],
  [contracts, `import 'avsc';`],
  [bus, `import 'kafkajs';`],
  [store, `import 'mongodb';`],
  [service, `import '@nestjs/common';`],
  [testkit, `import '@lethe/stack';`],
  [handler, `import '@lethe/erasure-case';\nimport '@lethe/service';`],
  ['apps/erasure/src/main.ts', `import '@nestjs/core';`],
];

const run = (command: string, args: readonly string[], input = ''): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, env: environment, input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
};

const lint = (snippets: readonly Snippet[]): readonly (readonly Complaint[])[] =>
  JSON.parse(
    run(process.execPath, [join(import.meta.dirname, 'lint-texts.ts')], JSON.stringify(snippets)),
  ) as readonly (readonly Complaint[])[];

describe('who may import whom', () => {
  let complaints: readonly (readonly Complaint[])[];

  beforeAll(() => {
    run('npm', ['run', '--silent', 'graph']);
    complaints = lint([...forbidden, ...allowed].map(([file, text]) => ({ file, text: `${text}\n` })));
  }, 120_000);

  it.each([...new Set([...forbidden, ...allowed].map(([file]) => file))])('%s is a file', (file) => {
    expect(existsSync(join(root, file))).toBe(true);
  });

  it.each(forbidden.map((line, at) => [...line, at] as const))(
    '%s: %s is refused',
    (_file, _text, [rule, says], at) => {
      expect(complaints[at]).toContainEqual({ rule, message: expect.stringContaining(says) });
    },
  );

  it.each(allowed.map((line, at) => [...line, forbidden.length + at] as const))(
    '%s: %s is fine',
    (_file, _text, at) => {
      expect((complaints[at] ?? []).filter(({ rule }) => rule === null || rule === boundary || rule === room)).toEqual(
        [],
      );
    },
  );
});
