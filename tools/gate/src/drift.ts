// `npm run drift`: is everything that is generated what would be generated now?
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileMap, packageTable } from './file-map.ts';
import { metricsPage, metricsTables, undeclaredMetrics } from './metrics-page.ts';
import { isCurrent, paper } from './papers.ts';
import { projects } from './project-files.ts';
import { quotesAreCurrent } from './quotes.ts';
import { root } from './root.ts';
import { tables } from './tables.ts';
import { dataFlow } from './topology.ts';

const contractsAreCurrent = (): boolean =>
  spawnSync(process.execPath, [join(root, 'tools/codegen/src/main.ts'), '--check'], { cwd: root, stdio: 'inherit' })
    .status === 0;

const fileMapIsCurrent = (): boolean => {
  const all = projects();
  return (
    isCurrent(paper.architecture, 'packages', packageTable(all)) &&
    isCurrent(paper.architecture, 'file-map', fileMap(all))
  );
};

const dataFlowIsCurrent = async (): Promise<boolean> => {
  const all = await tables();
  return all.length === 0 || isCurrent(paper.architecture, 'data-flow', dataFlow(all));
};

const metricsAreCurrent = async (): Promise<boolean> =>
  isCurrent(paper.metrics, 'metrics', metricsPage(await metricsTables()));

const alertsAreCurrent = async (): Promise<boolean> => {
  const unknown = undeclaredMetrics(readFileSync(paper.alerts, 'utf8'), await metricsTables());
  if (unknown.length > 0) console.error(`No service declares ${unknown.join(', ')}.`);
  return unknown.length === 0;
};

/** What is generated, how to see that it is current, and the command that makes it so. */
const generated: readonly (readonly [what: string, isCurrent: () => boolean | Promise<boolean>, cure: string])[] = [
  ['the types of the contracts', contractsAreCurrent, 'npm run codegen'],
  ['the File Map in ARCHITECTURE.md', fileMapIsCurrent, 'npm run file-map'],
  ['the data flow in ARCHITECTURE.md', dataFlowIsCurrent, 'npm run topology -- --write'],
  ['the metrics in docs/metrics.md', metricsAreCurrent, 'npm run metrics'],
  ['the files quoted in README.md', quotesAreCurrent, 'npm run quotes'],
  ['the names in docs/alerts.yaml', alertsAreCurrent, 'git diff -- docs/metrics.md'],
];

for (const [what, current, cure] of generated) {
  if (await current()) continue;
  console.error(`Out of date: ${what}. Run \`${cure}\`.`);
  process.exitCode = 1;
}
