import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGiven, givenAddresses } from './given.ts';
import type { GivenAddresses } from './given.ts';
import { LOOPBACK } from './free-port.ts';
import { mongodbUrl } from './mongodb-server.ts';
import { endServers, killServer, aliveServers, removeData, restartServer, upServers } from './own-servers.ts';
import { defaultStateFolder, stackPaths } from './paths.ts';
import type { Environment } from './paths.ts';
import type { ServerName, StartContext } from './server.ts';
import { StackError } from './stack-error.ts';
import { startWatchdog } from './start-watchdog.ts';

/** Kafka and MongoDB that answer. */
export interface Stack extends AsyncDisposable {
  readonly kafka: { readonly brokers: readonly string[] };
  readonly mongodb: { readonly url: string };
  /** The variables that name them to a service: LETHE_KAFKA_BROKERS, LETHE_MONGODB_URL. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends our own servers; a temporary stack's data goes with them. Given servers are left alone. */
  readonly stop: () => Promise<void>;
  /** SIGKILL. Refused for a given server. */
  readonly kill: (server: ServerName) => Promise<void>;
  /** Starts it again on the same port with the same data, ending it first if it lives. Refused for a given server. */
  readonly restart: (server: ServerName) => Promise<void>;
}

export interface StackOptions {
  /** State folder: data, logs, process numbers, ports. Servers that live in it already are used. Default: the user's, or for a temporary stack a new one. */
  readonly dir?: string;
  /** The servers end, and their data goes, when this process ends in whatever way. Otherwise they persist until stopped. */
  readonly temporary?: boolean;
  /** Kafka looks for expired and compactable segments every second instead of every five minutes; for tests of forgetting. */
  readonly shortRetention?: boolean;
  readonly log?: (line: string) => void;
  /** Default: what LETHE_KAFKA_BROKERS and LETHE_MONGODB_URL say. `{}` insists on servers of our own. */
  readonly given?: GivenAddresses;
  /** Default: process.env. */
  readonly environment?: Environment;
}

/**
 * Checks the given addresses, and starts (or finds alive) whatever is not given.
 * @throws StackError with a code; its message says what to do.
 */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const environment = options.environment ?? process.env;
  const given = options.given ?? givenAddresses(environment);
  const own = { kafka: given.kafka === undefined, mongodb: given.mongodb === undefined };
  await checkGiven(given);
  if (!own.kafka && !own.mongodb) return describe(given.kafka ?? [], given.mongodb ?? '', own, nothingOfOurs);

  const temporary = options.temporary ?? false;
  const dir =
    options.dir ?? (temporary ? await mkdtemp(join(tmpdir(), 'lethe-stack-')) : defaultStateFolder(environment));
  const context: StartContext = {
    paths: stackPaths(dir),
    environment,
    log: options.log ?? ((): void => undefined),
    shortRetention: options.shortRetention ?? false,
  };
  const watchdog = temporary ? await startWatchdog(dir, { removeFolder: options.dir === undefined }) : null;
  let over = false;
  const stop = async (): Promise<void> => {
    over = true;
    if (watchdog === null) await endServers(context.paths, 'gently');
    else {
      await endServers(context.paths, 'at once'); // nothing of it will be read again
      await removeData(context.paths);
      await watchdog.release();
    }
  };
  try {
    const state = await upServers(context, own);
    const brokers = given.kafka ?? [`${LOOPBACK}:${state.kafka?.port ?? 0}`];
    const url = given.mongodb ?? mongodbUrl(state.mongodb?.port ?? 0);
    return describe(brokers, url, own, {
      stop,
      kill: (server) => killServer(context.paths, server),
      restart: async (server) => {
        // Its watchdog has gone: what is started now would outlive everyone.
        if (temporary && over) throw new StackError('owner_gone', 'This temporary stack was stopped; start another.');
        await restartServer(context, server);
      },
    });
  } catch (error) {
    if (temporary) await stop();
    throw error;
  }
};

/** The servers of a state folder as they are now, without starting any; null for one that is not there. */
export const runningStack = async (
  dir: string,
): Promise<{ readonly kafka: readonly string[] | null; readonly mongodb: string | null }> => {
  const alive = await aliveServers(stackPaths(dir));
  return {
    kafka: alive.kafka === null ? null : [`${LOOPBACK}:${alive.kafka.port}`],
    mongodb: alive.mongodb === null ? null : mongodbUrl(alive.mongodb.port),
  };
};

type Control = Pick<Stack, 'stop' | 'kill' | 'restart'>;

const nothingOfOurs: Control = {
  stop: () => Promise.resolve(),
  kill: () => Promise.resolve(),
  restart: () => Promise.resolve(),
};

const describe = (
  brokers: readonly string[],
  url: string,
  own: Readonly<Record<ServerName, boolean>>,
  control: Control,
): Stack => {
  const ours = (server: ServerName): void => {
    if (own[server]) return;
    throw new StackError('not_ours', `The ${server} in use was given by its address: it is not ours to stop or start.`);
  };
  return {
    kafka: { brokers },
    mongodb: { url },
    env: { LETHE_KAFKA_BROKERS: brokers.join(','), LETHE_MONGODB_URL: url },
    stop: control.stop,
    kill: async (server) => {
      ours(server);
      await control.kill(server);
    },
    restart: async (server) => {
      ours(server);
      await control.restart(server);
    },
    [Symbol.asyncDispose]: control.stop,
  };
};
