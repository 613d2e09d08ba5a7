import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Catalog } from './catalog.ts';
import { loadCatalog } from './parse.ts';
import type { CatalogText, Problem } from './yaml-file.ts';

/** The catalog cannot be used. The message lists every problem as `file:line:column message`, one per line. */
export class CatalogError extends Error {
  readonly problems: readonly Problem[];
  constructor(folder: string, problems: readonly Problem[]) {
    const lines = problems.map(({ file, line, column, message }) => `  ${file}:${line}:${column} ${message}`);
    super([`The catalog in ${folder} cannot be used:`, ...lines].join('\n'));
    this.name = 'CatalogError';
    this.problems = problems;
  }
}

/**
 * Reads `catalog.yaml` and `systems/*.yaml`. A YAML file anywhere else in the folder is a problem, not ignored: it
 * may be a system that someone believes to be declared.
 *
 * @throws CatalogError
 */
export async function readCatalogFolder(folder: string): Promise<Catalog> {
  const loaded = loadCatalog(await readTexts(folder));
  if (!loaded.ok) throw new CatalogError(folder, loaded.problems);
  return loaded.catalog;
}

async function readTexts(folder: string): Promise<readonly CatalogText[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      // Dot files are editors' swap and lock files.
      .filter((entry) => !entry.isDirectory() && /^[^.].*\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(
      files.map(async (file) => ({
        path: relative(folder, file).split(sep).join('/'),
        text: await readFile(file, 'utf8'),
      })),
    );
  } catch (error) {
    const why = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new CatalogError(folder, [
      { file: folder, line: 1, column: 1, message: `the folder cannot be read (${why}); LETHE_CATALOG names it` },
    ]);
  }
}
