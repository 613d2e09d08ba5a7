/** What a layer stands on. The picture is in ARCHITECTURE.md; Nx's module boundary rule enforces it by the projects' tags. */
interface Layer {
  readonly standsOn: readonly string[];
  /** Packages that no file of the layer may import, whatever its name. The finer rule is rooms.ts. */
  readonly never: readonly string[];
}

const servers = ['kafkajs', '@platformatic/kafka', 'mongodb'];
const frameworks = ['@nestjs/*', 'rxjs'];

const layers: Readonly<Record<string, Layer>> = {
  contracts: { standsOn: [], never: [...servers, ...frameworks, 'pino'] },
  domain: { standsOn: ['contracts', 'domain'], never: [...servers, ...frameworks, 'pino', 'avsc'] },
  platform: { standsOn: ['contracts', 'platform'], never: [] },
  app: { standsOn: ['contracts', 'domain', 'platform'], never: [] },
  stack: { standsOn: [], never: frameworks },
  testkit: { standsOn: ['stack'], never: frameworks },
  tool: { standsOn: ['contracts', 'domain', 'platform', 'stack', 'tool'], never: frameworks },
  example: { standsOn: ['contracts', 'platform', 'stack', 'tool'], never: frameworks },
  // Whole processes from outside: never the inside of an app.
  e2e: { standsOn: ['contracts', 'domain', 'platform', 'stack', 'testkit', 'tool', 'example'], never: frameworks },
};

const tag = (layer: string): string => `layer:${layer}`;

/** Tests may use real servers and the test kit, wherever they stand. */
const forTests = ['stack', 'testkit'];

/** `depConstraints` of `@nx/enforce-module-boundaries`: one set for product code, one for specs and contract suites. */
export const depConstraints = (files: 'product' | 'tests') =>
  Object.entries(layers).map(([layer, { standsOn, never }]) => ({
    sourceTag: tag(layer),
    onlyDependOnLibsWithTags: [...new Set([...standsOn, ...(files === 'tests' ? forTests : [])])].map(tag),
    bannedExternalImports: [...never],
  }));
