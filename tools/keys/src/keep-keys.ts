/** Keys are made once for a deployment: who loses them has lost every identifier that was sealed under them. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadKeys } from '@lethe/identity';

/** One file per variable; LETHE_SEALING_KEYS_FILE names the first, and so on. */
export const keyFiles = {
  LETHE_SEALING_KEYS: 'sealing-keys',
  LETHE_PEPPERS: 'peppers',
  LETHE_REGISTER_KEYS: 'register-keys',
} as const;

const files = Object.values(keyFiles);

/** Three new keys that are whole, on their way to their places. */
const MADE = '.made';
/** Keys of which nobody knows whether they are whole. */
const MAKING = '.making-';

/**
 * Makes the files that hold the keys when none of them is there, and otherwise only tries whether they can be used.
 * A start that was interrupted anywhere is finished by the next one; of two at once both end with the same keys.
 *
 * @throws Error when only some of the files are there, or KeysError when one of them cannot be used; no key is in the message
 */
export async function keepKeys(folder: string): Promise<{ readonly made: boolean }> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  const absent = files.filter((file) => !there.has(file));
  if (absent.length > 0 && absent.length < files.length && !there.has(MADE))
    throw new Error(
      `${folder} lacks ${absent.join(' and ')}: put back the copy that was kept. New keys beside old ones would not open what is stored; for a deployment without data, remove all of them.`,
    );
  const made = absent.length > 0;
  if (made && !there.has(MADE)) await make(folder);
  if (made || there.has(MADE)) await putInPlace(folder);
  await tryKeys(folder);
  return { made };
}

/** All three or none: a folder gets its name when what is in it is on the disk. */
async function make(folder: string): Promise<void> {
  const making = join(folder, `${MAKING}${randomUUID()}`);
  await mkdir(making, { mode: 0o700 });
  for (const file of files) {
    const handle = await open(join(making, file), 'wx', 0o400);
    try {
      await handle.writeFile(`${newId()}:${randomBytes(32).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await sync(making);
  // Another start was quicker: its keys it is.
  await rename(making, join(folder, MADE)).catch(unless('ENOTEMPTY', 'EEXIST'));
  await sync(folder);
}

/** Never over a file that is there. */
async function putInPlace(folder: string): Promise<void> {
  for (const file of files) {
    await link(join(folder, MADE, file), join(folder, file)).catch(unless('EEXIST', 'ENOENT'));
  }
  await sync(folder);
  const left = (await readdir(folder)).filter((name) => name === MADE || name.startsWith(MAKING));
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

/** Not the same one each time: a key that was lost with its disk is then a missing key to everybody, not a wrong one. */
const newId = (): string => `k${randomBytes(3).toString('hex')}`;

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const unless =
  (...codes: readonly string[]) =>
  (error: unknown): void => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };

async function tryKeys(folder: string): Promise<void> {
  const entries = Object.entries(keyFiles).map(
    async ([variable, file]) => [variable, await readFile(join(folder, file), 'utf8')] as const,
  );
  loadKeys({ NODE_ENV: 'production', ...Object.fromEntries(await Promise.all(entries)) });
}
