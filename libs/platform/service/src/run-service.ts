/** Starts a service from its table, its pure context and its HTTP module; stops it without losing a word. */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { DynamicModule, Type } from '@nestjs/common';
import { type Bus, type Consumer, kafkaBus } from '@lethe/bus';
import { parseTopicName, schemaSet, topicName, topicSpecs } from '@lethe/contracts';
import { connectStore, indexDue, type Store } from '@lethe/store';
import { databaseClock } from './clock.ts';
import { ConfigError, type PlatformSettings } from './config.ts';
import { deadLetterEntry } from './dead-letters.ts';
import { createDecoder } from './decode.ts';
import { type Environment, withFiles } from './environment.ts';
import type { RecordsKind } from './handlers.ts';
import { createHearing, type Task } from './hearing.ts';
import { createApp } from './http-app.ts';
import { endOnUncaught } from './last-resort.ts';
import { listeningNotice } from './listening.ts';
import { createLogger, type Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { BusTransport } from './nest-transport.ts';
import { type OpenIdentity, recordOf } from './outgoing.ts';
import { prepareOutbox } from './outbox.ts';
import { publishSchemas } from './publish-schemas.ts';
import { prepareRelay } from './relay-document.ts';
import { type Relay, startRelay } from './relay.ts';
import type { ServiceRuntime } from './runtime.ts';
import { type ServiceHandle, serviceHandle } from './service-handle.ts';
import { outletsOf, type Topology } from './topology.ts';
import { startWatch, type Watch } from './watch.ts';

export interface ServiceOptions {
  readonly settings: PlatformSettings;
  readonly topology: Topology;
  /** The systems of the catalog: one topic each where a table says `*`. */
  readonly systems: readonly string[];
  /** What handlers are given beside event and place. */
  readonly context: object;
  /** Seals the raw bytes of a dead letter. */
  readonly seal: (raw: Buffer) => Buffer;
  /** Opens a box where the table says `sealedFor`. */
  readonly open?: OpenIdentity;
  /** All records of the service, also those that no message names. */
  readonly records?: readonly { readonly kind: RecordsKind }[];
  /** Further collections, and indexes of them. */
  readonly collections?: readonly string[];
  readonly indexes?: readonly { readonly collection: string; readonly keys: Readonly<Record<string, 1 | -1>> }[];
  /** Its HTTP resources, given what they may use. */
  readonly module: (service: ServiceHandle) => DynamicModule | Type;
  readonly tasks?: (service: ServiceHandle) => readonly Task[];
  /** Said once at the start, e.g. that development keys are in use. */
  readonly notices?: readonly string[];
}

/**
 * Runs a service until SIGTERM or SIGINT; resolves when it listens.
 * @param prepare reads configuration, catalog and keys, from the environment that it is given (variables in files are read
 *   already); whatever it throws ends the start with 1 and says why
 */
export async function runService(
  name: string,
  prepare: (environment: Environment) => Promise<ServiceOptions>,
): Promise<void> {
  let logger = createLogger(name, 'info');
  endOnUncaught(() => logger);
  try {
    const options = await prepare(withFiles(process.env));
    logger = createLogger(name, options.settings.LETHE_LOG_LEVEL);
    const starting = startService(options, logger);
    const stop = once(async (why: string) => {
      logger.info({ why }, 'draining');
      // Also while it starts: it may have joined its group already, which would miss it for a session.
      await (await starting).stop();
      logger.info({}, 'stopped');
      process.exit(0);
    });
    process.once('SIGTERM', () => void stop('SIGTERM'));
    process.once('SIGINT', () => void stop('SIGINT'));
    if (process.env['LETHE_EXIT_WITH_PARENT'] === '1')
      process.stdin.resume().once('end', () => void stop('parent gone'));
    await starting;
  } catch (error) {
    logger.error({ error }, 'the service cannot start');
    process.exit(1);
  }
}

async function startService(options: ServiceOptions, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const { settings, topology, systems } = options;
  const prefix = settings.LETHE_PREFIX;
  const name = topology.name;
  const store = await connectStore(settings.LETHE_MONGODB_URL, `${prefix}-${name}`);
  const bus = kafkaBus({
    brokers: settings.LETHE_KAFKA_BROKERS.split(','),
    clientId: `${prefix}-${name}`,
    sessionTimeoutMs: settings.LETHE_SESSION_TIMEOUT_MS,
    logger,
  });
  await prepareTopics(bus, prefix, systems);
  const records = (options.records ?? []).map(({ kind }) => kind);
  await prepareStore(store, name, records, options);

  const clock = await databaseClock(store);
  const watch: { current: Watch | null } = { current: null };
  const relay: { current: Relay | null } = { current: null };
  const consumer: { current: Consumer | null } = { current: null };
  const runtime = createRuntime(options, {
    store,
    bus,
    logger,
    now: () => clock.now(),
    congested: () => watch.current?.congested() ?? false,
    wake: () => relay.current?.wake(),
  });
  await publishSchemas(runtime, prefix);
  for (const notice of options.notices ?? []) logger.warn({}, notice);

  const service = serviceHandle(runtime, prefix);
  const hearing = createHearing({
    runtime,
    prefix,
    systems,
    records,
    consumer,
    tasks: options.tasks?.(service) ?? [],
    relay: () => {
      relay.current = startRelay({
        service: name,
        store,
        bus,
        transactionalId: `${prefix}-${name}-relay`,
        positionsTopic: topicName(prefix, 'lethe.relay-positions'),
        record: (entry, at) => recordOf(entry, at, runtime.addressing),
        logger,
        published: (events) => runtime.metrics.count('events_published_total', events),
      });
      return relay.current;
    },
  });
  watch.current = startWatch(runtime, { consumer, relay, clock });

  const app = await createApp(options.module(service), watch.current, runtime, logger);
  app.connectMicroservice({ strategy: new BusTransport(hearing) });
  // HTTP first, so that health answers while the group joins.
  await app.listen(settings.LETHE_HTTP_PORT, settings.LETHE_HTTP_HOST);
  await app.startAllMicroservices();
  watch.current.started();
  const notice = listeningNotice(settings.LETHE_HTTP_HOST);
  logger[notice.level]({}, notice.message);
  logger.info({ address: await app.getUrl(), catalogSystems: systems.length }, 'ready');
  return {
    stop: async () => {
      watch.current?.draining();
      await app.close(); // stops hearing too: it is a microservice of the application
      await watch.current?.stop();
      await bus.close();
      await store.close();
    },
  };
}

/** @throws ConfigError listing every topic that is not as it must be */
async function prepareTopics(bus: Bus, prefix: string, systems: readonly string[]): Promise<void> {
  const specs = topicSpecs(prefix, systems);
  await bus.createTopics(specs);
  const differences = await bus.checkTopics(specs);
  if (differences.length > 0) {
    throw new ConfigError(
      `these topics are not as they must be:\n${differences.map((each) => `  ${each}`).join('\n')}`,
    );
  }
}

async function prepareStore(
  store: Store,
  service: string,
  records: readonly RecordsKind[],
  { indexes = [], collections = [] }: Pick<ServiceOptions, 'indexes' | 'collections'>,
): Promise<void> {
  await prepareOutbox(store.db);
  await prepareRelay(store, service);
  // A collection that first appears inside a transaction would be a conflict for every other one.
  const names = [...records, ...indexes].map(({ collection }) => collection);
  for (const collection of new Set([...names, ...collections, 'offsets'])) {
    await store.db.createCollection(collection).catch(ignoreExisting);
  }
  for (const { collection, index, due } of records) {
    for (const field of index) await store.db.collection(collection).createIndex({ [`state.${field}`]: 1 });
    if (due !== null) await indexDue(store.db, collection, due.field);
  }
  for (const { collection, keys } of indexes) {
    await store.db.collection(collection).createIndex(keys);
  }
}

const NAMESPACE_EXISTS = 48;

function ignoreExisting(error: unknown): void {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code !== NAMESPACE_EXISTS) throw error;
}

interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly logger: Logger;
  now(): Date;
  congested(): boolean;
  wake(): void;
}

/** The shared parts of a service; exported for tests of the platform, which run them without HTTP. */
export function createRuntime(
  options: Pick<ServiceOptions, 'settings' | 'topology' | 'context' | 'seal' | 'open'>,
  parts: Parts,
): ServiceRuntime {
  const { topology, settings, context } = options;
  const prefix = settings.LETHE_PREFIX;
  const group = `${prefix}-${topology.name}`;
  const metrics = createMetrics(topology.name);
  const outlets = outletsOf(topology);
  const open = options.open ?? refuseToOpen;
  const addressing = { prefix, service: topology.name, outlets, newId: randomUUID, open };
  return {
    store: parts.store,
    now: () => parts.now(),
    bus: parts.bus,
    logger: parts.logger,
    addressing,
    topology,
    context,
    metrics,
    group,
    decoder: createDecoder(parts.bus, schemaSet(), topicName(prefix, 'lethe.schemas')),
    placeOf: (topic) => {
      const parsed = parseTopicName(prefix, topic);
      if (parsed === undefined) throw new Error(`${topic} is no topic of this deployment`);
      return { pattern: parsed.topic, system: parsed.system ?? null };
    },
    deadLetter: ({ topic, partition }, record, code, attempts = 1) => {
      const failed = { topic, partition, record, group, reason: code, attempts, firstFailedAt: parts.now() };
      return deadLetterEntry({ ...failed, seal: options.seal }, randomUUID);
    },
    committed: ({ counts, published, deadLetters }) => {
      for (const { topic, reason } of deadLetters) metrics.count('dead_letters_total', 1, { topic, reason });
      for (const [name, by] of Object.entries(counts)) metrics.count(name, by);
      if (published > 0) parts.wake();
    },
    congested: () => parts.congested(),
  };
}

function refuseToOpen(): never {
  throw new ConfigError('the topology opens boxes, but the service was given no key to open them');
}

function once<T>(act: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let running: Promise<void> | null = null;
  return (input) => (running ??= act(input));
}
