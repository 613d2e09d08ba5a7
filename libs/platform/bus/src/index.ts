export type * from './bus.ts';
export { LostPartitionError, RetryableError, TerminalError } from './errors.ts';
