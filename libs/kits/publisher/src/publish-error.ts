/** Why something was not published; a code per outcome that a caller treats differently. */
export type PublishErrorCode =
  /** The event can never be published; nothing of the call that held it was sent. A mistake of the caller. */
  | 'invalid_event'
  /** 100,000 events wait for Kafka already; nothing of the call was sent. */
  | 'busy'
  /** The publisher was closed before the call, or before the end of its sequence: `published` told what is durable. */
  | 'closed'
  /** Kafka has no such topic: Lethe's services make it when they start. */
  | 'no_topic'
  /** Kafka did not acknowledge in time. Events of the call may have arrived: publishing them again does no harm. */
  | 'not_sent';

/** Carries no payload: the message names a field and what is wrong with it, never its value. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  /** Of `invalid_event`: which event of the call, counted from 0. */
  readonly index: number | undefined;
  /** Of `invalid_event`: the field, such as `.identities[0].value`. */
  readonly path: string | undefined;

  constructor(code: PublishErrorCode, message: string, details: PublishErrorDetails = {}) {
    super(message);
    this.code = code;
    this.index = details.index;
    this.path = details.path;
  }
}

interface PublishErrorDetails {
  readonly index?: number;
  readonly path?: string;
}
