/** The bus: Kafka behind a port, with a memory bus that passes the same contract. */
export type * from './bus.ts';
export {
  deadLetterNotes,
  type DeadLetterNotes,
  deadLetterOf,
  type DeadLetter,
  type DeadLetterSource,
  readDeadLetter,
} from './dead-letter.ts';
export { LostPartitionError, RetryableError, TerminalError } from './errors.ts';
export { kafkaBus, type KafkaBusOptions } from './kafka-bus.ts';
export {
  kafkaLog,
  readSegment,
  type KafkaLog,
  type SegmentPart,
  type StoredRecord,
  type StoredRecords,
} from './kafka-log.ts';
export { errorType } from './kafka-client.ts';
export { cureKafkajs } from './kafkajs-cures.ts';
export type { BusLogger } from './logger.ts';
export { memoryBus, type MemoryBus, type MemoryBusOptions } from './memory-bus.ts';
export { type MemoryCluster, memoryCluster, type OpenTransaction } from './memory-cluster.ts';
export { backOffMs, decideRetry, type RetryDecision, type RetryPolicy } from './retry.ts';
