/** Puts together what the parts of a running service share. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '@lethe/bus';
import { parseTopicName, schemaSet, topicName } from '@lethe/contracts';
import type { Store } from '@lethe/store';
import { ConfigError } from './config.ts';
import { deadLetterEntry } from './dead-letters.ts';
import { createDecoder } from './decode.ts';
import type { Logger } from './logger.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import {
  deadLetters as deadLettersCounted,
  metrics as platformMetrics,
  schemaLookups,
} from './metrics/platform-metrics.ts';
import type { ServiceRuntime } from './runtime.ts';
import type { ServiceOptions } from './service-options.ts';
import { outletsOf } from './topology.ts';
import type { Tracing } from './tracing/tracing.ts';

interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly logger: Logger;
  now(): Date;
  congested(): boolean;
  wake(): void;
  readonly metrics: Metrics;
  /** Null: off. */
  readonly tracing: Tracing | null;
}

/** The platform's table and the service's own. */
export function serviceMetrics({ topology, metrics = [] }: Pick<ServiceOptions, 'topology' | 'metrics'>): Metrics {
  return createMetrics(topology.name, [...platformMetrics, ...metrics]);
}

/** The shared parts of a service; exported for tests of the platform, which run them without HTTP. */
export function createRuntime(
  options: Pick<ServiceOptions, 'settings' | 'topology' | 'context' | 'seal' | 'open'>,
  parts: Parts,
): ServiceRuntime {
  const { topology, settings, context } = options;
  const prefix = settings.LETHE_PREFIX;
  const group = `${prefix}-${topology.name}`;
  const { metrics } = parts;
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
    tracing: parts.tracing,
    group,
    decoder: createDecoder(parts.bus, schemaSet(), topicName(prefix, 'lethe.schemas'), (outcome) =>
      metrics.count(schemaLookups, 1, { outcome }),
    ),
    placeOf: (topic) => {
      const parsed = parseTopicName(prefix, topic);
      if (parsed === undefined) throw new Error(`${topic} is no topic of this deployment`);
      return { pattern: parsed.topic, system: parsed.system ?? null };
    },
    deadLetter: ({ topic, partition }, record, code, attempts = 1) => {
      const failed = { topic, partition, record, group, reason: code, attempts, firstFailedAt: parts.now() };
      return deadLetterEntry({ ...failed, seal: options.seal }, randomUUID);
    },
    committed: ({ counts, measures, published, deadLetters }) => {
      for (const { topic, reason } of deadLetters) metrics.count(deadLettersCounted, 1, { topic, reason });
      for (const [metric, by] of counts) metrics.count(metric, by);
      for (const [metric, value, labels] of measures) metrics.observe(metric, value, labels);
      if (published > 0) parts.wake();
    },
    congested: () => parts.congested(),
  };
}

function refuseToOpen(): never {
  throw new ConfigError('the topology opens boxes, but the service was given no key to open them');
}
