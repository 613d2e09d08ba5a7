import { rm } from 'node:fs/promises';
import { endServers, removeData } from './own-servers.ts';
import { stackPaths } from './paths.ts';

/** Runs as a process beside a temporary stack: `watchdog <state folder> <remove the folder too?>`, see start-watchdog.ts. */
const [, , stateFolder, removeFolder] = process.argv;
if (stateFolder === undefined) throw new Error('watchdog: the state folder is missing');

// Whoever ends this process politely wants the servers ended; the pipe decides when.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);

process.stdin.resume();
process.stdin.once('close', () => void cleanUp(stateFolder));
process.stdout.write('watching\n');

const cleanUp = async (folder: string): Promise<void> => {
  const paths = stackPaths(folder);
  await endServers(paths, 'at once');
  await removeData(paths);
  await rm(removeFolder === 'true' ? folder : paths.lock, { recursive: true, force: true });
};
