/** The SDK of OpenTelemetry behind `Tracing`: the one file that knows it, loaded only when traces are configured. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { type Context, type Link, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, resourceAttributesEnvDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import { partsOf, traceparentOf, type Traceparent } from './trace-context.ts';
import type { TraceSettings } from './trace-settings.ts';
import type { OpenSpan, SpanStart, Tracing } from './tracing.ts';

export interface TracedService {
  readonly service: string;
  readonly prefix: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** How many spans went where. */
  readonly told: (outcome: 'sent' | 'lost', spans: number) => void;
}

/** What waits for a collector that is away; beyond it spans are lost. */
const QUEUED_SPANS = 4_096;
const EXPORT_EVERY_MS = 1_000;
const EXPORT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 3_000;
/** ExportResultCode.SUCCESS, of a package that we do not depend on. */
const EXPORTED: ReadonlySet<number> = new Set([0]);

const kinds: Readonly<Record<SpanStart['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
};

export function openTelemetry({ exporter, ratio }: TraceSettings, about: TracedService): Tracing {
  const named = resourceFromAttributes({
    'service.name': about.service,
    'service.namespace': about.prefix,
    'service.instance.id': randomUUID(),
  });
  const destination = exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();
  const provider = new TracerProvider({
    resource: detectResources({ detectors: [resourceAttributesEnvDetector] }).merge(named),
    sampler: new ParentBasedSampler({ root: rootSampler(ratio) }),
    spanLimits: { attributeValueLengthLimit: 256 },
    spanProcessors: [queued(watched(destination, about), about)],
  });
  const tracer = provider.getTracer('lethe');
  const here = new AsyncLocalStorage<Traceparent>();

  const start = ({ name, kind, parent, links = [], attributes = {}, startedAt }: SpanStart): OpenSpan | null => {
    const span = tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        attributes: { ...attributes },
        links: links.map(linkTo),
        ...(startedAt !== undefined && { startTime: startedAt }),
      },
      parent === null ? ROOT_CONTEXT : contextOf(parent),
    );
    if (!span.isRecording()) return null;
    const { traceId, spanId } = span.spanContext();
    return {
      traceparent: traceparentOf(traceId, spanId),
      set: (more) => void span.setAttributes({ ...more }),
      rename: (to) => void span.updateName(to),
      end: (failed) => {
        if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', failed);
        span.end();
      },
    };
  };

  return {
    start,
    // The trace id is the stranger's choice, so it must not decide whether it is recorded.
    admit: (context) => (context !== null && Math.random() < ratio ? context : null),
    within: (parent, act) => here.run(parent, act),
    active: () => here.getStore() ?? null,
    close: () => closed(provider, about.logger),
  };
}

/** A span with links goes back to recorded ones, and is recorded as they are. */
function rootSampler(ratio: number): Sampler {
  const [always, some] = [new AlwaysOnSampler(), new TraceIdRatioBasedSampler(ratio)];
  return {
    shouldSample: (context, traceId, _name, _kind, _attributes, links) =>
      links.length > 0 ? always.shouldSample() : some.shouldSample(context, traceId),
    toString: () => `LetheRoot{${ratio}}`,
  };
}

function contextOf(parent: Traceparent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...spanContext(parent), isRemote: true });
}

function linkTo(linked: Traceparent): Link {
  return { context: spanContext(linked) };
}

function spanContext(traceparent: Traceparent) {
  return { ...partsOf(traceparent), traceFlags: TraceFlags.SAMPLED };
}

/** The SDK drops what its queue has no place for and tells nobody, so the place is counted here: what has none is lost, and told. */
function queued(exporter: SpanExporter, { told }: Pick<TracedService, 'told'>): SpanProcessor {
  let waiting = 0;
  let over = false;
  const queue = new BatchSpanProcessor({
    exporter: {
      export: (spans, done) => {
        waiting -= spans.length;
        exporter.export(spans, done);
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    },
    maxQueueSize: QUEUED_SPANS,
    scheduledDelayMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_WITHIN_MS,
  });
  return {
    onStart: (span, context) => queue.onStart(span, context),
    onEnd: (span) => {
      if (over || waiting >= QUEUED_SPANS) {
        told('lost', 1);
        return;
      }
      waiting += 1;
      queue.onEnd(span);
    },
    forceFlush: () => queue.forceFlush(),
    shutdown: () => {
      over = true;
      return queue.shutdown();
    },
  };
}

/** A collector that is away costs spans, nothing else: it is counted, and said once when it begins and when it ends. */
function watched(exporter: SpanExporter, { logger, told }: TracedService): SpanExporter {
  let away = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const sent: boolean = EXPORTED.has(result.code);
        told(sent ? 'sent' : 'lost', spans.length);
        if (!sent && !away)
          logger.warn({ error: result.error }, 'spans cannot be sent to the collector; they are lost');
        if (sent && away) logger.info({}, 'spans reach the collector again');
        away = !sent;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

async function closed(provider: TracerProvider, logger: Pick<Logger, 'warn'>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<'over'>();
  const timer = setTimeout(() => resolve('over'), CLOSE_WITHIN_MS);
  try {
    const end = await Promise.race([provider.shutdown(), over]);
    if (end === 'over') logger.warn({}, 'the collector is too slow: the last spans are lost');
  } catch (error) {
    logger.warn({ error }, 'the last spans are lost');
  } finally {
    clearTimeout(timer);
  }
}
