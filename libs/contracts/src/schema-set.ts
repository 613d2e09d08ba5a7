import { avroType, canonicalForm } from './avro.ts';
import type { AvroType } from './avro.ts';
import { ContractError } from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { eventNames } from './generated/events.ts';
import type { Named } from './generated/events.ts';
import { released } from './generated/released.ts';
import { schemas } from './generated/schemas.ts';
import { walkOf } from './well-formed.ts';
import type { Walk } from './well-formed.ts';

type Resolver = ReturnType<AvroType['createResolver']>;

/** The current schema of an event: what we write, and what every version is read as. */
export interface Reader {
  readonly name: Named;
  readonly type: AvroType;
  readonly schema: string;
  readonly fingerprint: string;
}

/** A version that somebody may have written. */
export interface Version {
  readonly name: Named;
  readonly reader: AvroType;
  readonly fingerprint: string;
  readonly walk: Walk;
  /** Undefined for the reader's own version. */
  readonly resolver: Resolver | undefined;
}

/** The schema versions that can be read; it only grows. */
export interface SchemaSet {
  /**
   * Adds a version that somebody published on `lethe.schemas`; adding one twice changes nothing.
   * Throws `invalid_schema`, `unknown_event` or `incompatible_schema`.
   */
  add(schemaJson: string): { readonly name: Named; readonly fingerprint: string };
  /** @param fingerprint 16 hexadecimal digits, most significant first */
  has(fingerprint: string): boolean;
  /** @internal by the eight bytes on the wire, as hexadecimal digits, least significant first */
  versionOf(wire: string): Version | undefined;
}

const readerOf = (name: Named): Reader => {
  const type = avroType(schemas[name]);
  return { name, type, schema: schemas[name], fingerprint: fingerprintOf(canonicalForm(type)) };
};
const readers: ReadonlyMap<string, Reader> = new Map(eventNames.map((name) => [name, readerOf(name)]));

export function reader(name: Named): Reader {
  const found = readers.get(name);
  if (found === undefined) throw new ContractError('unknown_event', 'no event has this name');
  return found;
}

/** Every current and every released version; grows by what is loaded from `lethe.schemas`. */
export function schemaSet(): SchemaSet {
  const versions = new Map<string, Version>();
  const add = (schemaJson: string): { name: Named; fingerprint: string } => {
    const version = versionFrom(schemaJson);
    const wire = wireForm(version.fingerprint);
    if (!versions.has(wire)) versions.set(wire, version);
    return { name: version.name, fingerprint: version.fingerprint };
  };
  for (const name of eventNames) add(schemas[name]);
  for (const schemaJson of Object.values(released)) add(schemaJson);
  return {
    add,
    has: (fingerprint) => versions.has(wireForm(fingerprint)),
    versionOf: (wire) => versions.get(wire),
  };
}

/** `7275d51a3f395c8f` -> `8f5c393f1ad57572` and back. */
export const wireForm = (fingerprint: string): string =>
  fingerprint.length === 16 ? Buffer.from(fingerprint, 'hex').reverse().toString('hex') : '';

function versionFrom(schemaJson: string): Version {
  const type = avroType(schemaJson);
  const canonical = canonicalForm(type);
  const fingerprint = fingerprintOf(canonical);
  const known = type.name?.startsWith('lethe.') === true ? readers.get(type.name.slice('lethe.'.length)) : undefined;
  if (known === undefined) throw new ContractError('unknown_event', 'the schema is of no event that is known here');
  return {
    name: known.name,
    reader: known.type,
    fingerprint,
    walk: walkOf(canonical),
    resolver: fingerprint === known.fingerprint ? undefined : resolverOf(known, type, fingerprint),
  };
}

function resolverOf(known: Reader, writer: AvroType, fingerprint: string): Resolver {
  try {
    // The way back must exist as well, as for every version that is released: bytes, for one, may be read as a string
    // but need not be one.
    writer.createResolver(known.type);
    return known.type.createResolver(writer);
  } catch {
    // avsc's message repeats both schemas in full.
    throw new ContractError(
      'incompatible_schema',
      `${known.name} cannot be read from version ${fingerprint}`,
      fingerprint,
    );
  }
}
