import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoServerError,
} from 'mongodb';

export type StoreErrorCode =
  | 'not_a_replica_set'
  | 'orphans_live_long'
  /** Someone else wrote first: read again and decide again. */
  | 'conflict'
  /** The server did not say whether the commit happened: whoever continues reads what is there. */
  | 'commit_unknown'
  /** No success within the time bound. */
  | 'too_long';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const DUPLICATE_KEY = 11000;
/** Shutdown, stepdown, not primary, interrupted, time limits: the server will be well again, the write was not at fault. */
const PASSING = new Set([6, 7, 24, 50, 89, 91, 112, 189, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436, 290]);

/** An insert met a document that was there: the same as a version mismatch. */
export function isDuplicateKey(error: unknown): boolean {
  return (
    (error instanceof MongoServerError || error instanceof MongoBulkWriteError) && Number(error.code) === DUPLICATE_KEY
  );
}

/** A transaction that outlived mongod's limit, was ended by it, or lost its races until the time was over. */
const OUTLIVED = new Set([112, 251, 290]);

/** True when less work in one transaction may succeed where this did not. */
export function isTooMuch(error: unknown): boolean {
  if (!(error instanceof StoreError) || error.code !== 'too_long') return false;
  return error.cause instanceof MongoError && OUTLIVED.has(Number(error.cause.code));
}

/** True for what passes by itself (server gone, stepdown, write conflict): try again, the write was not at fault. */
export function isPassing(error: unknown): boolean {
  if (error instanceof StoreError) return error.code !== 'not_a_replica_set' && error.code !== 'orphans_live_long';
  if (!(error instanceof MongoError)) return false;
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError ||
    error.hasErrorLabel('TransientTransactionError') ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('UnknownTransactionCommitResult') ||
    (error.code !== undefined && PASSING.has(Number(error.code)))
  );
}
