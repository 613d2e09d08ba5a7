import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.ts';
import { fileSummary, schemaSummary } from './summary.ts';

export interface ProjectFile {
  /** From the project's folder. */
  readonly path: string;
  readonly summary: string | null;
}

export interface Project {
  /** From the root of the clone. */
  readonly folder: string;
  readonly name: string;
  readonly description: string;
  readonly files: readonly ProjectFile[];
}

/** Folders that hold nothing to read; `released` are frozen copies of `avro`. */
const passedOver = new Set(['node_modules', 'dist', 'generated', 'released']);

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const filesOf = (folder: string): readonly ProjectFile[] =>
  globSync('{src,avro}/**/*.{ts,avsc}', {
    cwd: join(root, folder),
    exclude: (path) => passedOver.has(path.split('/').at(-1) ?? ''),
  })
    .filter((path) => !path.split('/').some((part) => passedOver.has(part)))
    .filter((path) => !/\.(spec|must-not-compile)\.ts$/.test(path))
    .sort()
    .map((path) => {
      const text = read(join(folder, path));
      return { path, summary: path.endsWith('.avsc') ? schemaSummary(text) : fileSummary(text) };
    });

/** Every workspace of the root package.json, in its order, with the files that one would read. */
export const projects = (): readonly Project[] => {
  const { workspaces } = JSON.parse(read('package.json')) as { readonly workspaces: readonly string[] };
  return workspaces
    .flatMap((glob) => globSync(`${glob}/package.json`, { cwd: root }).sort())
    .map((manifest) => {
      const folder = dirname(manifest);
      const { name, description } = JSON.parse(read(manifest)) as {
        readonly name: string;
        readonly description?: string;
      };
      if (description === undefined) throw new Error(`${manifest}: say in "description" what the package is for`);
      return { folder, name, description, files: filesOf(folder) };
    });
};
