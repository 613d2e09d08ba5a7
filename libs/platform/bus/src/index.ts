export type * from './bus.ts';
export { LostPartitionError, RetryableError, TerminalError } from './errors.ts';
export { kafkaBus, type KafkaBusOptions } from './kafka-bus.ts';
export type { BusLogger } from './logger.ts';
export { backOffMs, decideRetry, type RetryDecision, type RetryPolicy } from './retry.ts';
