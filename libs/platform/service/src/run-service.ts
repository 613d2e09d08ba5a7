/** Starts a service from its table, its pure context and its HTTP module; stops it without losing a word. */
import 'reflect-metadata';
import { type Consumer, kafkaBus } from '@lethe/bus';
import { topicName } from '@lethe/contracts';
import { connectStore } from '@lethe/store';
import { databaseClock } from './clock.ts';
import { createRuntime, serviceMetrics } from './create-runtime.ts';
import { type Environment, withFiles } from './environment.ts';
import { createHearing, heardTopics } from './hearing.ts';
import { createApp } from './http-app.ts';
import { endOnUncaught } from './last-resort.ts';
import { listeningNotice } from './listening.ts';
import { createLogger, type Logger } from './logger.ts';
import { tellZeros } from './metrics/tell-zeros.ts';
import { traceSpans } from './metrics/platform-metrics.ts';
import { BusTransport } from './nest-transport.ts';
import { recordOf } from './outgoing.ts';
import { prepareStore, prepareTopics } from './prepare-servers.ts';
import { publishSchemas } from './publish-schemas.ts';
import { type Relay, startRelay } from './relay.ts';
import { serviceHandle } from './service-handle.ts';
import type { ServiceOptions } from './service-options.ts';
import { loadTracing } from './tracing/load-tracing.ts';
import { startWatch, type Watch } from './watch.ts';

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
  const metrics = serviceMetrics(options);
  const told = (outcome: 'sent' | 'lost', spans: number): void => metrics.count(traceSpans, spans, { outcome });
  const tracing = await loadTracing(process.env, { service: name, prefix, logger, told });
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
    metrics,
    tracing,
  });
  await publishSchemas(runtime, prefix);
  for (const notice of options.notices ?? []) logger.warn({}, notice);

  const topics = heardTopics(topology, prefix, systems);
  tellZeros(metrics, topics);
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
        record: (entry, at, traceparent) => recordOf(entry, at, runtime.addressing, traceparent),
        tracing,
        logger,
        metrics: runtime.metrics,
      });
      return relay.current;
    },
  });
  watch.current = startWatch(runtime, { consumer, relay, clock, topics });

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
      await tracing?.close();
      await bus.close();
      await store.close();
    },
  };
}

function once<T>(act: (input: T) => Promise<void>): (input: T) => Promise<void> {
  let running: Promise<void> | null = null;
  return (input) => (running ??= act(input));
}
