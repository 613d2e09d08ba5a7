import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.ts';

interface Locked {
  readonly version?: string;
  readonly optional?: boolean;
  readonly link?: boolean;
}

const packagesOf = (lockFile: string): Readonly<Record<string, Locked>> =>
  (JSON.parse(readFileSync(lockFile, 'utf8')) as { readonly packages: Readonly<Record<string, Locked>> }).packages;

/** What is wrong with node_modules, in one sentence; null when it holds what package-lock.json asks for. */
export const installProblem = (folder: string = root): string | null => {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'Nothing is installed yet: run `npm ci` first.';
  const installed = packagesOf(installedFile);
  const wrong = Object.entries(packagesOf(join(folder, 'package-lock.json')))
    .filter(([path, wanted]) => path.startsWith('node_modules/') && wanted.link !== true && wanted.optional !== true)
    .filter(([path, wanted]) => installed[path]?.version !== wanted.version)
    .map(([path]) => path.slice('node_modules/'.length));
  if (wrong.length === 0) return null;
  const [first] = wrong;
  return `node_modules is not what package-lock.json says (${String(wrong.length)} packages, ${String(first)} among them): run \`npm ci\`.`;
};
