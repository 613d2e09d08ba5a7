// `npm run topology` prints the data flow from the services' own tables; `-- --write` puts it into ARCHITECTURE.md.
import { asMermaid, asText, flows, type Table } from './data-flow.ts';
import { paper, rewrite } from './papers.ts';
import { tables } from './tables.ts';

/** The data flow as it stands in ARCHITECTURE.md. */
export const dataFlow = (all: readonly Table[]): string => {
  const found = flows(all);
  const services = all.map(({ name }) => name);
  return ['```mermaid', asMermaid(found, services), '```', '', '```text', asText(found), '```'].join('\n');
};

if (import.meta.main) {
  const all = await tables();
  if (all.length === 0) console.log('No service has a topology yet.');
  else if (process.argv.includes('--write')) rewrite(paper.architecture, 'data-flow', dataFlow(all));
  else console.log(dataFlow(all));
}
