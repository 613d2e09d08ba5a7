import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { digestOf, faultOf, writeManifest } from './manifest.ts';
import { serversFolder } from './paths.ts';
import type { Environment } from './paths.ts';
import { StackError } from './stack-error.ts';

/** A server as a package registry has it. */
export interface Package {
  /** Also its folder's name: another version is another folder, so an upgrade never breaks a running server. */
  readonly name: string;
  /** What is said before the download, with its size. */
  readonly about: string;
  /** SHA-256 over the sorted list of `<sha256>  <path>` lines of all files. */
  readonly digest: string;
  /** Puts the files into an empty folder. */
  readonly fetch: (folder: string, environment: Environment) => Promise<void>;
}

const TEMPORARY = '.unfinished-';
/** Longer than any download on a slow line; a process that dies releases the lock at once. */
const WAIT_FOR_OTHER_INSTALLER_MS = 15 * 60_000;

export const installedFolder = (name: string, environment: Environment): string =>
  join(serversFolder(environment), name);

/**
 * The folder of an installed package, installing it first when it is absent or damaged.
 * Files arrive in a folder of another name, are checked there, and are renamed into place with their manifest: at the final
 * name there is never half an installation. Downloads that a broken run had finished are in Maven's and pip's own caches.
 */
export const install = async (
  wanted: Package,
  environment: Environment,
  log: (line: string) => void,
): Promise<string> => {
  const target = installedFolder(wanted.name, environment);
  if ((await faultOf(target, 'quick')) === null) return target;
  const parent = serversFolder(environment);
  await mkdir(parent, { recursive: true });
  return withLock(
    join(parent, `${wanted.name}.lock`),
    async () => {
      const fault = await faultOf(target, 'quick');
      if (fault === null) return target; // the one we waited for has installed it
      await removeLeftovers(parent, wanted.name);
      log(
        fault === 'not installed'
          ? `installing ${wanted.about} into ${target}`
          : `installing ${wanted.name} again: ${fault}`,
      );
      const fresh = await mkdtemp(join(parent, `${wanted.name}${TEMPORARY}`));
      await wanted.fetch(fresh, environment);
      const digest = digestOf(await writeManifest(fresh, wanted.name, new Date()));
      if (digest !== wanted.digest) {
        await rm(fresh, { recursive: true, force: true });
        throw new StackError(
          'install_failed',
          `The registry gave other files for ${wanted.name} than expected (digest ${digest}, expected ${wanted.digest}). ` +
            'Nothing was installed. Check which registry or mirror this machine uses.',
        );
      }
      await rm(target, { recursive: true, force: true });
      await rename(fresh, target);
      return target;
    },
    {
      waitMs: WAIT_FOR_OTHER_INSTALLER_MS,
      onWait: () => log(`waiting for another process that installs ${wanted.name}`),
    },
  );
};

/** Called under the lock: whoever left these is dead. */
const removeLeftovers = async (parent: string, name: string): Promise<void> => {
  for (const entry of await readdir(parent)) {
    if (entry.startsWith(`${name}${TEMPORARY}`)) await rm(join(parent, entry), { recursive: true, force: true });
  }
};
