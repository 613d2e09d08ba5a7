import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the processes of a stack read from the environment, passed in so that nothing is read behind the caller's back. */
export type Environment = Readonly<Record<string, string | undefined>>;

const homeOf = (environment: Environment): string => environment['HOME'] ?? homedir();
const given = (value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : value;

/** Installed servers are the machine's, not the clone's: a second clone finds them installed. */
export const serversFolder = (environment: Environment): string =>
  join(given(environment['XDG_CACHE_HOME']) ?? join(homeOf(environment), '.cache'), 'lethe', 'servers');

/** Where `npm run stack` keeps the servers' data, logs and addresses. */
export const defaultStateFolder = (environment: Environment): string =>
  given(environment['LETHE_STATE']) ??
  join(given(environment['XDG_STATE_HOME']) ?? join(homeOf(environment), '.local', 'state'), 'lethe');

export interface StackPaths {
  /** Everything that is the stack's own; deleting it deletes nothing else. */
  readonly root: string;
  readonly state: string;
  readonly lock: string;
  readonly kafkaData: string;
  readonly mongodbData: string;
  readonly logs: string;
  readonly kafkaLog: string;
  readonly mongodbLog: string;
}

/** The state folder may hold other things (the example's stores), so the servers get a folder of their own in it. */
export const stackPaths = (stateFolder: string): StackPaths => {
  const root = join(stateFolder, 'servers');
  const logs = join(root, 'logs');
  return {
    root,
    state: join(root, 'state.json'),
    // Beside the root: it must survive the root's removal, which happens under it.
    lock: join(stateFolder, 'servers.lock'),
    kafkaData: join(root, 'kafka'),
    mongodbData: join(root, 'mongodb'),
    logs,
    kafkaLog: join(logs, 'kafka.log'),
    mongodbLog: join(logs, 'mongodb.log'),
  };
};
