/** What every service tells of itself. docs/metrics.md is made from this table and from those of the services. */
import { counter, gauge, histogram, type Metric, seconds } from './declare.ts';

const SIZES = [1, 5, 20, 50, 100, 250, 500, 1_000, 2_500];

// What it hears
export const messagesHandled = counter(
  'lethe_messages_handled_total',
  'Messages that were handled, dead letters included.',
  ['topic'],
);
export const batchMessages = histogram(
  'lethe_batch_messages',
  SIZES,
  'Messages that one transaction handled, or one batch on the path without a store.',
  ['topic'],
);
export const batchDuration = histogram(
  'lethe_batch_duration_seconds',
  seconds,
  'From the beginning of such a batch to its commit.',
  ['topic'],
);
export const batchesRetried = counter('lethe_batches_retried_total', 'Batches that failed and are tried again.', [
  'topic',
]);
export const deadLetters = counter(
  'lethe_dead_letters_total',
  'Messages that could not be handled, by the code of the reason.',
  ['topic', 'reason'],
);
export const consumerLag = gauge(
  'lethe_consumer_lag_messages',
  'service',
  'End of the log less the position: the fence, or the committed offset on the path without a store.',
  ['topic', 'partition'],
);
export const fencePosition = gauge('lethe_fence_position', 'service', 'The first offset without effect yet.', [
  'topic',
  'partition',
]);
export const fenceMismatches = counter(
  'lethe_fence_mismatches_total',
  'Transactions that found the fence elsewhere: another process was there, or is.',
);
export const transactionConflicts = counter(
  'lethe_transaction_conflicts_total',
  'Transactions that were decided again because a record had moved on.',
);
export const partitionsAssigned = gauge('lethe_partitions_assigned', 'process', 'Partitions that this process reads.');
export const partitionsHalted = gauge(
  'lethe_partitions_halted',
  'process',
  'Partitions that stand still until an operator decides.',
);
export const partitionsPaused = gauge('lethe_partitions_paused', 'process', 'Partitions that wait to try again.');
export const consumerIdle = gauge(
  'lethe_consumer_idle_seconds',
  'process',
  'Since the last completed fetch or heartbeat.',
);
export const commitErrors = counter('lethe_commit_errors_total', "Failed commits of the group's offsets.");
export const schemaLookups = counter(
  'lethe_schema_lookups_total',
  'Times that lethe.schemas was read for a fingerprint that this build does not know.',
  ['outcome'],
);

// The path without a store
export const eventsPassed = counter(
  'lethe_events_passed_total',
  'Events that went on, by the topic that they came from. Handled less passed is what was merged, dropped or refused.',
  ['topic'],
);
export const eventsCoalesced = counter('lethe_events_coalesced_total', 'Repeats that were merged into another event.', [
  'topic',
]);
export const eventsDropped = counter('lethe_events_dropped_total', 'Valid events that are nothing to Lethe.', [
  'topic',
  'reason',
]);
export const eventsHeld = gauge(
  'lethe_events_held',
  'process',
  'Merged events that wait for the end of their window.',
  ['topic'],
);

// What it says
export const outboxEvents = gauge('lethe_outbox_events', 'service', 'Events that are decided and not published yet.');
export const outboxOldest = gauge('lethe_outbox_oldest_seconds', 'service', 'How long the oldest of them has waited.');
export const eventsPublished = counter(
  'lethe_events_published_total',
  'Events that the relay or the path without a store published.',
);
export const relayBatches = counter('lethe_relay_batches_total', 'Batches that the relay published.');
export const relayTakeovers = counter(
  'lethe_relay_takeovers_total',
  'Times that the relay of this process took over: at a start, after an error, from another process.',
);
export const relayFailures = counter('lethe_relay_failures_total', 'Errors after which the relay began anew.');
export const relayLeading = gauge('lethe_relay_leading', 'process', '1 in the process whose relay publishes.');
export const relayHalted = gauge(
  'lethe_relay_halted',
  'process',
  '1 while its relay stands still until an operator decides.',
);
export const backPressure = gauge(
  'lethe_back_pressure',
  'process',
  '1 while nothing new is taken in because too much waits to be published.',
);

// How it is
export const clockOffset = gauge('lethe_clock_offset_seconds', 'process', "This process's clock less the database's.");
export const storeSilent = gauge('lethe_store_silent_seconds', 'process', 'Since the database last answered.');
export const kafkaSilent = gauge(
  'lethe_kafka_silent_seconds',
  'process',
  'Since Kafka last answered when it was asked for the ends of the topics.',
);
export const loopFailures = counter(
  'lethe_loop_failures_total',
  'Steps of timers and tasks that failed and are tried again.',
  ['loop'],
);
export const httpDuration = histogram(
  'lethe_http_request_duration_seconds',
  seconds,
  "HTTP requests, by the route's pattern; `none`: no route. Status `aborted`: the connection ended before the answer was out.",
  ['method', 'route', 'status'],
);
export const traceSpans = counter(
  'lethe_trace_spans_total',
  'Spans that reached the collector (`sent`) or did not (`lost`), those that found no place to wait included.',
  ['outcome'],
);

export const metrics: readonly Metric[] = [
  messagesHandled,
  batchMessages,
  batchDuration,
  batchesRetried,
  deadLetters,
  consumerLag,
  fencePosition,
  fenceMismatches,
  transactionConflicts,
  partitionsAssigned,
  partitionsHalted,
  partitionsPaused,
  consumerIdle,
  commitErrors,
  schemaLookups,
  eventsPassed,
  eventsCoalesced,
  eventsDropped,
  eventsHeld,
  outboxEvents,
  outboxOldest,
  eventsPublished,
  relayBatches,
  relayTakeovers,
  relayFailures,
  relayLeading,
  relayHalted,
  backPressure,
  clockOffset,
  storeSilent,
  kafkaSilent,
  loopFailures,
  httpDuration,
  traceSpans,
];
