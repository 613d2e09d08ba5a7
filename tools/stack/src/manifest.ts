import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What was installed, written beside it last of all: a folder without one was never finished. */
export interface Manifest {
  readonly name: string;
  readonly installedAt: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

const FILE = 'manifest.json';

export const writeManifest = async (folder: string, name: string, now: Date): Promise<Manifest> => {
  const paths = await filesIn(folder);
  const files: { path: string; bytes: number; sha256: string }[] = [];
  for (const path of paths) {
    const file = join(folder, path);
    files.push({ path, bytes: (await stat(file)).size, sha256: await sha256Of(file) });
  }
  const manifest: Manifest = { name, installedAt: now.toISOString(), files };
  await writeFile(join(folder, FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
};

/** One number for a whole set of files, the same on every machine: what we expect a registry to have given us. */
export const digestOf = (manifest: Manifest): string => {
  const hash = createHash('sha256');
  for (const { path, sha256 } of manifest.files) hash.update(`${sha256}  ${path}\n`);
  return hash.digest('hex');
};

/** What is wrong with an installation, in words; null when nothing is. `quick` looks at presence and size, `full` reads every byte. */
export const faultOf = async (folder: string, depth: 'quick' | 'full'): Promise<string | null> => {
  const manifest = await readManifest(folder);
  if (manifest === null) return 'not installed';
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = join(folder, path);
    const size = await sizeOf(file);
    if (size === null) return `${path} is missing`;
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`;
    if (depth === 'full' && (await sha256Of(file)) !== sha256)
      return `${path} is not what was installed (SHA-256 differs)`;
  }
  return null;
};

export const readManifest = async (folder: string): Promise<Manifest | null> => {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), 'utf8');
  } catch {
    return null;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isManifest(value) ? value : null;
  } catch {
    return null; // cut short or edited: as good as absent, the installation is made again
  }
};

const isManifest = (value: unknown): value is Manifest =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  typeof value['installedAt'] === 'string' &&
  Array.isArray(value['files']) &&
  value['files'].every(
    (file: unknown) =>
      isObject(file) &&
      typeof file['path'] === 'string' &&
      typeof file['bytes'] === 'number' &&
      typeof file['sha256'] === 'string',
  );

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const sizeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).size;
  } catch {
    return null;
  }
};

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== FILE)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
};
