/** What went wrong between bytes and events; a code per outcome that a caller treats differently. */
export type ContractErrorCode =
  /** The bytes are no event of ours: no magic bytes, cut short, trailing bytes, impossible lengths. Never gets better. */
  | 'undecodable'
  /** Well framed, but of a schema version that this process does not know yet (`fingerprint` says which). */
  | 'unknown_fingerprint'
  /** A value does not fit its schema; the message names the field, never the value. A mistake of the caller. */
  | 'not_encodable'
  /** Not the JSON text of an Avro schema. */
  | 'invalid_schema'
  /** A schema of a record that is no event of ours. */
  | 'unknown_event'
  /** A schema version that cannot be read as the current one, or the other way round. */
  | 'incompatible_schema'
  /** A topic pattern without its system, a system where none belongs, or a name that Kafka would refuse. */
  | 'invalid_topic';

/** Carries no payload: neither message nor cause repeat what stood in an event. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  /** Of `unknown_fingerprint`: 16 hexadecimal digits, most significant first. */
  readonly fingerprint: string | undefined;

  constructor(code: ContractErrorCode, message: string, fingerprint?: string) {
    super(message);
    this.code = code;
    this.fingerprint = fingerprint;
  }
}
