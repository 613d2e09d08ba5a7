import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { capableSystems } from './catalog.ts';
import { givenCatalog, givenFiles } from './catalog.given.ts';
import { CatalogError, readCatalogFolder } from './folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-catalog-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
const failure = async (): Promise<string> =>
  readCatalogFolder(folder).then(
    () => 'it was read',
    (error: unknown) => (error instanceof CatalogError ? error.message : `another error: ${String(error)}`),
  );

describe('readCatalogFolder', () => {
  it('reads catalog.yaml and systems/*.yaml and leaves other kinds of file alone', async () => {
    await write({ ...givenFiles, 'README.md': '# ours', 'systems/.crm.yaml.swp': 'x', 'systems/.#crm.yaml': 'x' });
    const catalog = await readCatalogFolder(folder);
    expect(catalog.digest).toBe(givenCatalog().digest);
  });

  it('lists every problem, one per line, as an editor can follow it', async () => {
    await write({
      ...givenFiles,
      'systems/crm.yaml': 'name: crm\nprobe: true\n',
      'systems/eu/shop.yaml': 'name: shop',
    });
    expect((await failure()).split('\n')).toEqual([
      `The catalog in ${folder} cannot be used:`,
      expect.stringMatching(/^ {2}systems\/crm\.yaml:1:1 /),
      expect.stringMatching(/^ {2}systems\/crm\.yaml:1:1 /),
      expect.stringMatching(/^ {2}systems\/crm\.yaml:1:1 /),
      expect.stringMatching(/^ {2}systems\/crm\.yaml:1:1 /),
      '  systems/crm.yaml:2:1 unknown key "probe"',
      '  systems/eu/shop.yaml:1:1 is neither catalog.yaml nor systems/<name>.yaml',
    ]);
  });

  it('says that an empty folder holds no catalog', async () => {
    expect(await failure()).toContain('there is no catalog.yaml');
  });

  it('says which folder it looked for, and who names it', async () => {
    folder = join(folder, 'nowhere');
    const message = await failure();
    await mkdir(folder);
    expect(message).toContain(`${folder}:1:1 the folder cannot be read (ENOENT); LETHE_CATALOG names it`);
  });
});

describe('the catalog of examples/shop', () => {
  const shop = fileURLToPath(new URL('../../../../examples/shop/catalog', import.meta.url));

  it('is valid', async () => {
    const catalog = await readCatalogFolder(shop);
    expect(catalog.controllers).toEqual(['shop']);
    expect([...catalog.feeds.keys()]).toEqual(['accounts/customers', 'returns/cancellations', 'sales/purchase-lines']);
  });

  it('reaches one system by email alone, and all three by the customer number that it links', async () => {
    const catalog = await readCatalogFolder(shop);
    const reached = (...types: readonly string[]) => capableSystems(catalog, new Set(types)).map(({ name }) => name);
    expect(reached('email')).toEqual(['accounts']);
    expect(reached('email', 'customer_id')).toEqual(['accounts', 'returns', 'sales']);
  });
});
