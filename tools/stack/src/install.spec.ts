import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './install.ts';
import type { Package } from './install.ts';
import { digestOf, faultOf, writeManifest } from './manifest.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'lethe-install-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({ XDG_CACHE_HOME: cache });
const folderOf = (name: string): string => join(cache, 'lethe', 'servers', name);
const silent = (): void => undefined;

/** A package of one file, and how often it was fetched. */
const thing = async (fetch: (folder: string) => Promise<void> = put): Promise<Package & { fetched: () => number }> => {
  const model = join(cache, 'model');
  await mkdir(model, { recursive: true });
  await put(model);
  const digest = digestOf(await writeManifest(model, 'thing', new Date(0)));
  let fetched = 0;
  return {
    name: 'thing-1',
    about: 'a thing',
    digest,
    fetch: async (folder) => {
      fetched += 1;
      await fetch(folder);
    },
    fetched: () => fetched,
  };
};

const put = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'lib'), { recursive: true });
  await writeFile(join(folder, 'lib', 'thing.jar'), 'contents');
};

describe('install', () => {
  it('fetches once, and finds what it fetched the next time', async () => {
    const wanted = await thing();
    const folder = await install(wanted, environment(), silent);
    expect(folder).toBe(folderOf('thing-1'));
    expect(await faultOf(folder, 'full')).toBeNull();
    await install(wanted, environment(), silent);
    expect(wanted.fetched()).toBe(1);
  });

  it('fetches once for two who ask at the same time', async () => {
    const wanted = await thing();
    await Promise.all([1, 2, 3].map(() => install(wanted, environment(), silent)));
    expect(wanted.fetched()).toBe(1);
  });

  it('never uses a half-finished installation, and removes what a killed one left', async () => {
    const wanted = await thing();
    const left = join(cache, 'lethe', 'servers', 'thing-1.unfinished-abc');
    await mkdir(left, { recursive: true });
    // Also a folder at the final name without a manifest, as an older version might have left it.
    await mkdir(folderOf('thing-1'), { recursive: true });
    await install(wanted, environment(), silent);
    expect(wanted.fetched()).toBe(1);
    expect(await readdir(join(cache, 'lethe', 'servers'))).toEqual(
      expect.not.arrayContaining(['thing-1.unfinished-abc']),
    );
    expect(await readFile(join(folderOf('thing-1'), 'lib', 'thing.jar'), 'utf8')).toBe('contents');
  });

  it('leaves nothing at the final name when the fetch fails', async () => {
    const wanted = await thing(() => Promise.reject(new Error('no route to the registry')));
    await expect(install(wanted, environment(), silent)).rejects.toThrow('no route to the registry');
    expect(await faultOf(folderOf('thing-1'), 'quick')).toBe('not installed');
  });

  it('refuses other files than expected', async () => {
    const wanted = await thing(async (folder) => writeFile(join(folder, 'thing.jar'), 'another'));
    await expect(install(wanted, environment(), silent)).rejects.toMatchObject({ code: 'install_failed' });
    expect(await faultOf(folderOf('thing-1'), 'quick')).toBe('not installed');
  });

  it('installs again what was cut short, and a full look finds what a quick one cannot', async () => {
    const wanted = await thing();
    const file = join(await install(wanted, environment(), silent), 'lib', 'thing.jar');
    await truncate(file, 3);
    expect(await faultOf(folderOf('thing-1'), 'quick')).toContain('has 3 bytes instead of 8');
    await install(wanted, environment(), silent);
    expect(wanted.fetched()).toBe(2);
    await writeFile(file, 'CONTENTS');
    expect(await faultOf(folderOf('thing-1'), 'quick')).toBeNull();
    expect(await faultOf(folderOf('thing-1'), 'full')).toContain('SHA-256 differs');
  });
});
