import { ContractError } from './errors.ts';
import { eventNames } from './generated/events.ts';
import type { Events, Named, NamedEvent, SchemaPublished } from './generated/events.ts';
import { reader, schemaSet, wireForm } from './schema-set.ts';
import type { Reader, SchemaSet } from './schema-set.ts';
import { findUnsendable } from './sendable.ts';
import type { Find } from './sendable.ts';

/** Avro's single-object encoding: two magic bytes, the schema's fingerprint, the body. */
const magic = [0xc3, 0x01] as const;
const headerLength = 10;

/** An event with the version that wrote it. */
export type DecodedEvent<N extends Named = Named> = NamedEvent<N> & {
  /** 16 hexadecimal digits, most significant first. */
  readonly fingerprint: string;
};

interface Encoder extends Reader {
  readonly header: Buffer;
  readonly find: Find | undefined;
}

const encoderOf = (name: Named): Encoder => {
  const current = reader(name);
  const header = Buffer.concat([Buffer.from(magic), Buffer.from(wireForm(current.fingerprint), 'hex')]);
  return { ...current, header, find: findUnsendable(current.type) };
};
const encoders: ReadonlyMap<string, Encoder> = new Map(eventNames.map((name) => [name, encoderOf(name)]));

/** Events are written here first and copied out at their length; it grows to the largest one seen. */
let scratch = Buffer.allocUnsafe(16 * 1024);

/** One event as a Kafka value, of the current version. Throws `not_encodable` with the field's path, never its value. */
export function encodeEvent<N extends Named>(name: N, event: Events[N]): Buffer {
  const encoder = encoders.get(name);
  if (encoder === undefined) throw new ContractError('unknown_event', 'no event has this name');
  const path = encoder.find?.(event);
  if (path !== undefined) throw notEncodable(name, path);
  const end = write(encoder, event);
  encoder.header.copy(scratch);
  const value = Buffer.allocUnsafe(end);
  scratch.copy(value, 0, 0, end);
  return value;
}

function write(encoder: Encoder, event: unknown): number {
  try {
    const end = encoder.type.encode(event, scratch, headerLength);
    if (end >= 0) return end;
    // Negative is how many bytes were missing.
    scratch = Buffer.allocUnsafe(2 * (scratch.length - end));
    return encoder.type.encode(event, scratch, headerLength);
  } catch {
    // avsc's message repeats the value.
    throw notEncodable(encoder.name, invalidPath(encoder, event));
  }
}

function invalidPath(encoder: Encoder, event: unknown): string {
  let first: string | undefined;
  encoder.type.isValid(event, {
    errorHook: (path) => {
      first ??= path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
    },
  });
  return first ?? '';
}

const notEncodable = (name: string, path: string): ContractError =>
  new ContractError('not_encodable', `${name}${path} does not fit its schema`);

const releasedSchemas = schemaSet();

/**
 * The event in a Kafka value, whichever version wrote it, as the current version.
 * Throws `undecodable` (for ever) or `unknown_fingerprint` (until its schema is added to the set).
 */
export function decodeEvent(value: Uint8Array, schemas: SchemaSet = releasedSchemas): DecodedEvent {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length < headerLength || bytes[0] !== magic[0] || bytes[1] !== magic[1]) {
    throw new ContractError('undecodable', 'not in single-object encoding');
  }
  const wire = bytes.toString('hex', magic.length, headerLength);
  const version = schemas.versionOf(wire);
  if (version === undefined) {
    const fingerprint = wireForm(wire);
    throw new ContractError('unknown_fingerprint', `no schema with the fingerprint ${fingerprint}`, fingerprint);
  }
  const cursor = { bytes, at: headerLength };
  version.walk(cursor);
  if (cursor.at !== bytes.length) throw new ContractError('undecodable', 'bytes are left behind the event');
  // The walk has left nothing that could fail.
  const event: unknown = version.reader.decode(bytes, headerLength, version.resolver).value;
  // The reader's schema is the one that the types were generated from.
  return { name: version.name, event, fingerprint: version.fingerprint } as DecodedEvent;
}

/** What a producer publishes on `lethe.schemas` (key: the fingerprint) before its first event of this name. */
export function publishedSchema(name: Named): SchemaPublished {
  const { fingerprint, schema } = reader(name);
  return { fingerprint, name, schema };
}
