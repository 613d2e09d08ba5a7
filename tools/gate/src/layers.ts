/** What a layer stands on. The picture is in ARCHITECTURE.md; Nx's module boundary rule enforces it by the projects' tags. */
interface Layer {
  readonly standsOn: readonly string[];
  /** Single packages of other layers that it may use beside them (`part:...`). */
  readonly uses?: readonly string[];
  /** Packages that no file of the layer may import, whatever its name. The finer rule is rooms.ts. */
  readonly never: readonly string[];
}

const servers = ['kafkajs', '@platformatic/kafka', 'mongodb'];
const frameworks = ['@nestjs/*', 'rxjs'];
const outside = ['contracts', 'domain', 'kit', 'platform', 'stack', 'testkit', 'tool'];

const layers: Readonly<Record<string, Layer>> = {
  contracts: { standsOn: [], never: [...servers, ...frameworks, 'pino'] },
  domain: { standsOn: ['contracts', 'domain'], never: [...servers, ...frameworks, 'pino', 'avsc'] },
  platform: { standsOn: ['contracts', 'platform'], never: [] },
  app: { standsOn: ['contracts', 'domain', 'platform'], never: [] },
  // A team that installs a kit gets no Nest and no MongoDB.
  kit: { standsOn: ['contracts', 'kit'], uses: ['bus', 'failpoint'], never: [...servers, ...frameworks, 'avsc'] },
  stack: { standsOn: [], never: frameworks },
  testkit: { standsOn: ['stack'], never: frameworks },
  tool: { standsOn: ['contracts', 'domain', 'platform', 'stack', 'tool'], never: frameworks },
  example: { standsOn: ['contracts', 'kit', 'platform', 'stack', 'tool'], never: frameworks },
  // Whole processes from outside: never the inside of an app.
  e2e: { standsOn: [...outside, 'example'], never: frameworks },
  // As e2e, and it measures against the raw libraries.
  bench: { standsOn: [...outside, 'example'], never: [] },
};

const tag = (layer: string): string => `layer:${layer}`;

/** Tests may use real servers and the test kit, wherever they stand. */
const forTests = ['stack', 'testkit'];

/** `depConstraints` of `@nx/enforce-module-boundaries`: one set for product code, one for specs and contract suites. */
export const depConstraints = (files: 'product' | 'tests') =>
  Object.entries(layers).map(([layer, { standsOn, uses = [], never }]) => ({
    sourceTag: tag(layer),
    onlyDependOnLibsWithTags: [
      ...[...new Set([...standsOn, ...(files === 'tests' ? forTests : [])])].map(tag),
      ...uses.map((part) => `part:${part}`),
    ],
    bannedExternalImports: [...never],
  }));
