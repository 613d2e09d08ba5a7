/** The frame of a service: a table, handlers, pure rules in; delivery, order and durability out. */
export { type BulkWrite } from './change.ts';
export { ConfigError, parseConfig, type PlatformSettings } from './config.ts';
export { withFiles, type Environment } from './environment.ts';
export {
  handlersFor,
  type Arrived,
  type BulkRule,
  type Changes,
  type Coalescing,
  type Counts,
  type Measures,
  type Dropped,
  type Given,
  type Handler,
  type HandlerKit,
  type MessagePlace,
  type Passed,
  type Reader,
  type RecordCommand,
  type RecordOptions,
  type RecordsKind,
  type PublishedBy,
  type Rule,
  type Records,
  type TopicPlace,
} from './handlers.ts';
export {
  counter,
  gauge,
  histogram,
  seconds,
  type Counter,
  type Gauge,
  type Histogram,
  type Metric,
} from './metrics/declare.ts';
export { createMetrics, type Metrics, type Series } from './metrics/metrics.ts';
export { looking } from './metrics/looking.ts';
export { heardTopics, type Task } from './hearing.ts';
export { fences } from './offset-fence.ts';
export { parseBody, parseQuery, ProblemError, type Fault, type Problem } from './problem.ts';
export { runService } from './run-service.ts';
export { type ServiceOptions } from './service-options.ts';
export { type ServiceHandle } from './service-handle.ts';
export { sealedFor, service, type Topology } from './topology.ts';
