import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Table } from './data-flow.ts';
import { root } from './root.ts';

/**
 * The tables of the services, from what `tsc -b` built: their sources reach Nest, whose decorators Node cannot run.
 * Empty while no service has a table.
 */
export const tables = async (): Promise<readonly Table[]> => {
  const sources = globSync('apps/*/src/topology.ts', { cwd: root }).sort();
  const found: Table[] = [];
  for (const source of sources) {
    const built = join(root, source.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
    if (!existsSync(built)) throw new Error(`${source} is not built: npm run build`);
    const { topology } = (await import(pathToFileURL(built).href)) as { readonly topology?: Table };
    if (topology === undefined) throw new Error(`${source} exports no \`topology\``);
    found.push(topology);
  }
  return found;
};
