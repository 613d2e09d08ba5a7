/** Keys are made once for a deployment: who loses them has lost every identifier that was sealed under them. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadKeys } from '@lethe/identity';

/** One file per variable; LETHE_SEALING_KEYS_FILE names the first, and so on. */
export const keyFiles = {
  LETHE_SEALING_KEYS: 'sealing-keys',
  LETHE_PEPPERS: 'peppers',
  LETHE_REGISTER_KEYS: 'register-keys',
} as const;

const files = Object.values(keyFiles);

/**
 * Makes the files that hold the keys when none of them is there, and otherwise only tries whether they can be used.
 * A start that was interrupted leaves none or all of them in use, except for the blink between two links, which is refused below.
 *
 * @throws Error when only some of the files are there, or KeysError when one of them cannot be used; no key is in the message
 */
export async function keepKeys(folder: string): Promise<{ readonly made: boolean }> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  const absent = files.filter((file) => !there.has(file));
  if (absent.length > 0 && absent.length < files.length)
    throw new Error(
      `${folder} lacks ${absent.join(' and ')}: put back the copy that was kept. New keys beside old ones would not open what is stored; for a deployment without data, remove all of them.`,
    );
  const made = absent.length > 0;
  if (made) for (const file of files) await write(folder, file, `k1:${randomBytes(32).toString('base64')}\n`);
  await tryKeys(folder);
  return { made };
}

/** Whole or not at all, and never over a file that is there. */
async function write(folder: string, file: string, text: string): Promise<void> {
  const fresh = join(folder, `.${file}.${String(process.pid)}`);
  const handle = await open(fresh, 'wx', 0o400);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(fresh, join(folder, file));
  } finally {
    await rm(fresh);
  }
}

async function tryKeys(folder: string): Promise<void> {
  const entries = Object.entries(keyFiles).map(
    async ([variable, file]) => [variable, await readFile(join(folder, file), 'utf8')] as const,
  );
  loadKeys({ NODE_ENV: 'production', ...Object.fromEntries(await Promise.all(entries)) });
}
