import { mkdir } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import { join } from 'node:path';
import { chooseFreePort, LOOPBACK } from './free-port.ts';
import { install } from './install.ts';
import { launch } from './launch.ts';
import { MONGOD_PACKAGE } from './mongod-package.ts';
import { probeMongodb } from './probe-mongodb.ts';
import { killProcess } from './process-identity.ts';
import { hasMongodPackage } from './requirements.ts';
import { startOnPorts, untilReady } from './server.ts';
import type { PortRule, StartContext } from './server.ts';
import { MEMBER_ARGUMENTS, REPLICA_SET } from './server-settings.ts';
import { writeState } from './state.ts';
import type { MongodbRecord } from './state.ts';

const PROBE_MS = 2_000;

export const mongodbUrl = (port: number): string =>
  `mongodb://${LOOPBACK}:${port}/?replicaSet=${REPLICA_SET}&directConnection=true`;

/** Without the set's name: a member that was never initiated, or sits under an old port, refuses clients that name it. */
const bareUrl = (port: number): string => `mongodb://${LOOPBACK}:${port}/?directConnection=true`;

export const isOurMongodb = async (record: MongodbRecord): Promise<boolean> => {
  const probe = await probeMongodb(bareUrl(record.port), PROBE_MS);
  return probe.answer === 'primary' && probe.pid === record.process?.pid;
};

export const startMongodb = async (
  context: StartContext,
  earlier: MongodbRecord | null,
  rule: PortRule,
): Promise<MongodbRecord> => {
  const command = hasMongodPackage()
    ? join(await install(MONGOD_PACKAGE, context.environment, context.log), 'mongod')
    : 'mongod';
  await mkdir(context.paths.mongodbData, { recursive: true });
  const choose = async (): Promise<{ port: number }> => ({ port: await chooseFreePort() });
  return startOnPorts('mongodb', earlier, rule, choose, async ({ port }) => {
    let record: MongodbRecord = { port, process: null };
    const launched = await launch(command, settings(port, context.paths.mongodbData), {
      folder: context.paths.root,
      server: 'mongodb',
      log: context.paths.mongodbLog,
      environment: context.environment,
      record: (process) => {
        record = { ...record, process };
        writeState(context.paths.state, { mongodb: record });
      },
    });
    try {
      await untilReady('mongodb', launched, () => becomePrimary(record));
    } catch (error) {
      await killProcess(launched.process);
      throw error;
    }
    return record;
  });
};

const settings = (port: number, dataFolder: string): readonly string[] => [
  ...['--dbpath', dataFolder, '--port', String(port), '--bind_ip', LOOPBACK, '--nounixsocket'],
  ...MEMBER_ARGUMENTS,
];

/** One look, and one push where one is needed; called until it says true. */
const becomePrimary = async (record: MongodbRecord): Promise<boolean> => {
  const probe = await probeMongodb(bareUrl(record.port), PROBE_MS);
  if (probe.answer === 'primary') return probe.pid === record.process?.pid;
  if (probe.answer === 'uninitiated') await configure(record.port);
  return false;
};

/**
 * A new member gets its configuration; one that comes back under another port says `hello` like a new one, since its
 * configuration does not name it, and has it corrected by force: there is no majority that could be asked.
 */
const configure = async (port: number): Promise<void> => {
  const client = new MongoClient(bareUrl(port), { serverSelectionTimeoutMS: PROBE_MS });
  const host = `${LOOPBACK}:${port}`;
  const members = [{ _id: 0, host }];
  try {
    const admin = client.db('admin');
    const stored = await client.db('local').collection('system.replset').findOne({});
    if (stored === null) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    } else if (!JSON.stringify(stored['members']).includes(`"${host}"`)) {
      const version = Number(stored['version']) + 1;
      await admin.command({ replSetReconfig: { ...stored, version, members }, force: true });
    }
  } finally {
    await client.close();
  }
};
