/** The two ways a handler may fail. Anything else is retried a bounded number of times and then taken as terminal. */

/** This message will never succeed: it goes to the dead letters with the code as its reason. The message holds no personal data. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something outside is not ready (a server, a schema): back off in place, partition paused. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The partition is no longer ours. Whatever was not committed is someone else's to do. */
export class LostPartitionError extends Error {
  override readonly name = 'LostPartitionError';
}
