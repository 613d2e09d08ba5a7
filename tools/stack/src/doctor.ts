import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from './commands.ts';
import { chooseFreePort } from './free-port.ts';
import { givenAddresses, problemsOf } from './given.ts';
import { installedFolder } from './install.ts';
import { KAFKA_PACKAGE } from './kafka-package.ts';
import { faultOf } from './manifest.ts';
import { MONGOD_PACKAGE } from './mongod-package.ts';
import { defaultStateFolder, serversFolder, stackPaths } from './paths.ts';
import type { Environment } from './paths.ts';
import { hasMongodPackage, look } from './requirements.ts';
import { runningStack } from './start-stack.ts';
import { readState } from './state.ts';
import { isAlive } from './process-identity.ts';

interface Finding {
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly text: string;
}

const ok = (text: string): Finding => ({ verdict: 'ok', text });
const note = (text: string): Finding => ({ verdict: 'note', text });
const problem = (text: string): Finding => ({ verdict: 'problem', text });

/** Looks at everything and mends nothing; 1 when something keeps the servers from running. */
export const doctor: Command = async (_args, environment) => {
  const findings = [
    node(),
    ...(await programs(environment)),
    ...(await installations(environment)),
    await disk(defaultStateFolder(environment), 'data'),
    await disk(serversFolder(environment), 'installed servers'),
    ...(await servers(environment)),
    ...(await addresses(environment)),
  ];
  for (const { verdict, text } of findings) process.stdout.write(`${verdict.padEnd(8)} ${text}\n`);
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
};

const OLDEST_NODE = 24;

const node = (): Finding =>
  Number(process.versions.node.split('.')[0]) >= OLDEST_NODE
    ? ok(`Node ${process.versions.node}`)
    : problem(
        `Node ${process.versions.node} is too old: run through npm (npm run stack), which brings Node ${OLDEST_NODE}`,
      );

const programs = async (environment: Environment): Promise<readonly Finding[]> => {
  const given = givenAddresses(environment);
  const own = { kafka: given.kafka === undefined, mongodb: given.mongodb === undefined };
  return (await look(own, environment)).map(({ name, found, cure, needed }) => {
    if (found !== null) return ok(`${name} ${found}`);
    return needed ? problem(`${name}: ${cure}`) : note(`${name} not found; not needed, what it fetches is installed`);
  });
};

const installations = (environment: Environment): Promise<readonly Finding[]> =>
  Promise.all(
    [KAFKA_PACKAGE, ...(hasMongodPackage() ? [MONGOD_PACKAGE] : [])].map(async ({ name }) => {
      const folder = installedFolder(name, environment);
      const fault = await faultOf(folder, 'full');
      if (fault === null) return ok(`${name} is installed, every file as it was (${folder})`);
      if (fault === 'not installed') return note(`${name} is not installed yet; the first start does it`);
      return problem(`${name}: ${fault}. Delete ${folder}; the next start installs it again`);
    }),
  );

const SPACE_NEEDED_GB = 5;

const disk = async (folder: string, what: string): Promise<Finding> => {
  const { bavail, bsize } = await statfs(await existing(folder));
  const gigabytes = Math.floor((bavail * bsize) / 1e9);
  return gigabytes >= SPACE_NEEDED_GB
    ? ok(`${gigabytes} GB free for ${what} (${folder})`)
    : problem(
        `${gigabytes} GB free for ${what} (${folder}); ${SPACE_NEEDED_GB} GB are needed: free some, or choose another folder`,
      );
};

const existing = async (folder: string): Promise<string> => {
  try {
    await statfs(folder);
    return folder;
  } catch {
    return existing(dirname(folder)); // not made yet: its parent's disk is where it will be
  }
};

const servers = async (environment: Environment): Promise<readonly Finding[]> => {
  const dir = defaultStateFolder(environment);
  const state = readState(stackPaths(dir).state);
  const running = await runningStack(dir);
  const lives = { kafka: state.kafka?.process, mongodb: state.mongodb?.process };
  return (['kafka', 'mongodb'] as const).map((server) => {
    if (running[server] !== null) return ok(`${server} runs at ${String(running[server])}`);
    const process = lives[server];
    return process != null && isAlive(process)
      ? problem(
          `${server} lives (process ${process.pid}) but does not answer; see: npm run stack -- logs ${server}. "up" replaces it`,
        )
      : note(`${server} does not run; start it: npm run stack -- up`);
  });
};

const addresses = async (environment: Environment): Promise<readonly Finding[]> => {
  const given = givenAddresses(environment);
  const problems = await problemsOf(given);
  const ports = ok(`ports: ${await chooseFreePort()} is one of those free for our own servers`);
  if (given.kafka === undefined && given.mongodb === undefined)
    return [ports, note('no addresses are given by the environment')];
  return [
    ports,
    ...(problems.length === 0 ? [ok('the given addresses answer as they should')] : problems.map(problem)),
  ];
};
