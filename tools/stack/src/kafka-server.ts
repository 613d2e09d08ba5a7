import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseFreePort, LOOPBACK } from './free-port.ts';
import { install } from './install.ts';
import { KAFKA_PACKAGE } from './kafka-package.ts';
import { launch } from './launch.ts';
import { probeKafka } from './probe-kafka.ts';
import { killProcess } from './process-identity.ts';
import { javaCommand } from './requirements.ts';
import { lastLines, runCommand } from './run-command.ts';
import { startOnPorts, untilReady } from './server.ts';
import type { PortRule, StartContext } from './server.ts';
import { BROKER_HEAP, BROKER_JVM, brokerSettings } from './server-settings.ts';
import { StackError } from './stack-error.ts';
import { writeState } from './state.ts';
import type { KafkaRecord } from './state.ts';

const PROBE_MS = 2_000;
const FORMAT_LIMIT_MS = 60_000;

const JVM = [...BROKER_HEAP, ...BROKER_JVM];
const JVM_LOG = [
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
  // Its configuration, ten pages at every start.
  '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn',
];

export const isOurKafka = async (record: KafkaRecord): Promise<boolean> => {
  const probe = await probeKafka({ host: LOOPBACK, port: record.port }, PROBE_MS);
  return probe.answer === 'kafka' && probe.clusterId === record.clusterId && probe.brokers > 0;
};

export const startKafka = async (
  context: StartContext,
  earlier: KafkaRecord | null,
  rule: PortRule,
): Promise<KafkaRecord> => {
  const folder = await install(KAFKA_PACKAGE, context.environment, context.log);
  const classPath = join(folder, 'lib', '*');
  const clusterId = (await formattedAs(context.paths.kafkaData)) ?? newClusterId();
  const choose = async (): Promise<Ports> => ({ port: await chooseFreePort(), controllerPort: await chooseFreePort() });
  await mkdir(context.paths.root, { recursive: true });
  return startOnPorts('kafka', earlier, rule, choose, async ({ port, controllerPort }) => {
    const ports = { port, controllerPort };
    if (!existsSync(context.paths.kafkaData)) await format(context, classPath, ports, clusterId);
    const properties = join(context.paths.root, 'kafka.properties');
    await writeFile(properties, settings(ports, context.paths.kafkaData, context.shortRetention));
    let record: KafkaRecord = { ...ports, clusterId, process: null };
    const launched = await launch(
      javaCommand(context.environment),
      [...JVM, ...JVM_LOG, '-cp', classPath, 'kafka.Kafka', properties],
      {
        folder: context.paths.root,
        server: 'kafka',
        log: context.paths.kafkaLog,
        environment: context.environment,
        record: (process) => {
          record = { ...record, process };
          writeState(context.paths.state, { kafka: record });
        },
      },
    );
    try {
      await untilReady('kafka', launched, () => isOurKafka(record));
    } catch (error) {
      await killProcess(launched.process);
      throw error;
    }
    return record;
  });
};

interface Ports {
  readonly port: number;
  readonly controllerPort: number;
}

/** A UUID in base64url; Kafka's tools take a leading dash for an option. */
const newClusterId = (): string => {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
};

/** The data knows whose it is, also when the state that named it is lost. */
const formattedAs = async (dataFolder: string): Promise<string | null> => {
  if (!existsSync(dataFolder)) return null;
  const text = await readFile(join(dataFolder, 'meta.properties'), 'utf8');
  return /^cluster\.id=(.+)$/m.exec(text)?.[1] ?? null;
};

/** Formats beside the final place and renames: a data folder that exists is a formatted one. */
const format = async (context: StartContext, classPath: string, ports: Ports, clusterId: string): Promise<void> => {
  const fresh = `${context.paths.kafkaData}.unformatted`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh);
  const properties = join(context.paths.root, 'kafka-format.properties');
  await writeFile(properties, settings(ports, fresh, context.shortRetention));
  const { exitCode, output } = await runCommand(
    javaCommand(context.environment),
    [...JVM, '-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties],
    { environment: context.environment, timeoutMs: FORMAT_LIMIT_MS },
  );
  if (exitCode !== 0) {
    throw new StackError(
      'server_did_not_start',
      `Kafka's data folder could not be formatted:\n${lastLines(output, 15)}`,
    );
  }
  await rm(properties);
  await rename(fresh, context.paths.kafkaData);
};

const settings = ({ port, controllerPort }: Ports, dataFolder: string, shortRetention: boolean): string =>
  Object.entries({
    ...brokerSettings(shortRetention),
    // Named here and not in the data, so that both ports may change between two starts.
    'controller.quorum.voters': `1@${LOOPBACK}:${controllerPort}`,
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    'log.dirs': dataFolder,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
