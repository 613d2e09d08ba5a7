// `npm run metrics` writes the tables of docs/metrics.md from the metrics that the platform and the services declare.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { paper, rewrite } from './papers.ts';
import { root } from './root.ts';

/** A declared metric, as far as the page needs it; the shape is @lethe/service's `Metric`. */
export interface DeclaredMetric {
  readonly kind: string;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly scope: string;
}

export interface MetricsTable {
  readonly of: string;
  readonly metrics: readonly DeclaredMetric[];
}

/** From what `tsc -b` built, as the topologies: the platform's table first, then those of the services. */
export const metricsTables = async (): Promise<readonly MetricsTable[]> => {
  const own = globSync('apps/*/src/metrics.ts', { cwd: root }).sort();
  const sources = [
    { of: 'every service', source: 'libs/platform/service/src/metrics/platform-metrics.ts' },
    ...own.map((source) => ({ of: source.split('/')[1] ?? source, source })),
  ];
  const tables: MetricsTable[] = [];
  for (const { of, source } of sources) {
    const built = join(root, source.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
    if (!existsSync(built)) throw new Error(`${source} is not built: npm run build`);
    const { metrics } = (await import(pathToFileURL(built).href)) as { readonly metrics?: MetricsTable['metrics'] };
    if (metrics === undefined) throw new Error(`${source} exports no \`metrics\``);
    tables.push({ of, metrics });
  }
  return tables;
};

/** The tables as they stand in docs/metrics.md. */
export const metricsPage = (tables: readonly MetricsTable[]): string =>
  tables.map(({ of, metrics }) => [`### ${heading(of)}`, '', ...tableOf(metrics)].join('\n')).join('\n\n');

const heading = (of: string): string => of.charAt(0).toUpperCase() + of.slice(1);

const tableOf = (metrics: readonly DeclaredMetric[]): readonly string[] => [
  '| metric | type | labels | of | what it says |',
  '|---|---|---|---|---|',
  ...metrics.map(
    ({ name, kind, labels, scope, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${scope} | ${help} |`,
  ),
];

/** What `text` takes for a metric of ours and no table declares; a histogram's parts belong to it. */
export const undeclaredMetrics = (text: string, tables: readonly MetricsTable[]): readonly string[] => {
  const declared = new Set(
    tables.flatMap(({ metrics }) =>
      metrics.flatMap(({ kind, name }) =>
        kind === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    ),
  );
  const named = text.match(/\blethe_[a-z_]+/g) ?? [];
  return [...new Set(named)].filter((name) => !declared.has(name));
};

if (import.meta.main) rewrite(paper.metrics, 'metrics', metricsPage(await metricsTables()));
