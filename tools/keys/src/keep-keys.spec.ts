import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepKeys, keyFiles } from './keep-keys.ts';

describe('keepKeys', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lethe-keys-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const names = Object.values(keyFiles);
  const contents = (): Promise<readonly string[]> =>
    Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));

  it('makes three different keys that only their owner may read, and leaves nothing else', async () => {
    expect(await keepKeys(folder)).toEqual({ made: true });
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
    expect(new Set(await contents()).size).toBe(3);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o400);
  });

  it('keeps what is there', async () => {
    await keepKeys(folder);
    const before = await contents();
    expect(await keepKeys(folder)).toEqual({ made: false });
    expect(await contents()).toEqual(before);
  });

  it('finishes what a start was interrupted at', async () => {
    await mkdir(join(folder, '.making-1'));
    await writeFile(join(folder, '.making-1', 'peppers'), 'p');
    expect(await keepKeys(folder)).toEqual({ made: true });
    const before = await contents();

    // Between two links: the keys are whole in their own folder, one is in its place.
    await mkdir(join(folder, '.made'));
    for (const name of names) await copyFile(join(folder, name), join(folder, '.made', name));
    await rm(join(folder, keyFiles.LETHE_PEPPERS));
    expect(await keepKeys(folder)).toEqual({ made: true });
    expect(await contents()).toEqual(before);
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });

  it('makes one set of keys for all who start at once', async () => {
    await Promise.all([keepKeys(folder), keepKeys(folder), keepKeys(folder)]);
    const before = await contents();
    expect(await keepKeys(folder)).toEqual({ made: false });
    expect(await contents()).toEqual(before);
  });

  it('makes the folder', async () => {
    expect(await keepKeys(join(folder, 'deeper', 'still'))).toEqual({ made: true });
  });

  it('refuses to make one key beside older ones', async () => {
    await keepKeys(folder);
    await rm(join(folder, keyFiles.LETHE_PEPPERS));
    await expect(keepKeys(folder)).rejects.toThrow('lacks peppers: put back the copy');
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('refuses keys that a service would refuse, without repeating them', async () => {
    await keepKeys(folder);
    const file = join(folder, keyFiles.LETHE_REGISTER_KEYS);
    await rm(file);
    await writeFile(file, 'r1:c2VjcmV0');
    const refusal = await keepKeys(folder).then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(refusal).toContain('LETHE_REGISTER_KEYS: key 1 has 6 bytes, not 32');
    expect(refusal).not.toContain('c2VjcmV0');
  });
});
