import { isUtf8 } from 'node:buffer';
import { ContractError } from './errors.ts';
import { readVarint } from './varint.ts';
import type { Cursor } from './varint.ts';

/**
 * Walks an event's bytes by the schema that wrote them, before avsc decodes them. avsc trusts what it reads: ten bytes
 * that claim an array of four billion items keep it busy until the heap is gone, and bytes that are no UTF-8 become
 * U+FFFD, so that two different identifiers would turn into one.
 */
export type Walk = (cursor: Cursor) => void;

/** The shapes that a parsing canonical form can have, as far as the contracts use them. */
type Canonical = string | readonly Canonical[] | CanonicalComplex;
interface CanonicalComplex {
  readonly type: string;
  readonly name?: string;
  readonly fields?: readonly { readonly type: Canonical }[];
  readonly symbols?: readonly string[];
  readonly items?: Canonical;
}

/** A walk over one value; it leaves the cursor behind the value or throws `undecodable`. */
export function walkOf(canonicalForm: string): Walk {
  // The text was written by avsc out of a schema that it had compiled.
  return compile(JSON.parse(canonicalForm) as Canonical, new Map());
}

function compile(schema: Canonical, named: Map<string, Walk>): Walk {
  if (typeof schema === 'string') return primitives[schema] ?? named.get(schema) ?? unsupported(schema);
  if (isUnion(schema)) return union(schema.map((branch) => compile(branch, named)));
  switch (schema.type) {
    case 'record':
      return define(schema, named, record(schema.fields?.map((field) => compile(field.type, named)) ?? []));
    case 'enum':
      return define(schema, named, enumeration(schema.symbols?.length ?? 0));
    case 'array':
      return array(compile(schema.items ?? unsupported('array without items'), named));
    default:
      return unsupported(schema.type);
  }
}

const isUnion = (schema: Canonical): schema is readonly Canonical[] => Array.isArray(schema);

function define(schema: CanonicalComplex, named: Map<string, Walk>, walk: Walk): Walk {
  if (schema.name !== undefined) named.set(schema.name, walk);
  return walk;
}

function unsupported(what: string): never {
  throw new ContractError('invalid_schema', `the contracts do not use Avro's ${what}`);
}

const primitives: Readonly<Record<string, Walk>> = {
  null: () => undefined,
  boolean: (cursor) => {
    if ((cursor.bytes[cursor.at] ?? 2) > 1) throw malformed('a boolean is neither true nor false');
    cursor.at += 1;
  },
  int: (cursor) => {
    const value = readVarint(cursor);
    if (value < -0x80000000 || value > 0x7fffffff) throw malformed('an int has more than 32 bits');
  },
  long: (cursor) => {
    readVarint(cursor);
  },
  bytes: (cursor) => {
    const length = readLength(cursor);
    cursor.at += length;
  },
  string: (cursor) => {
    const length = readLength(cursor);
    const end = cursor.at + length;
    // Most strings are short and ASCII; only the others pay for a view of their own.
    let at = cursor.at;
    while (at < end && (cursor.bytes[at] ?? 0) < 0x80) at += 1;
    if (at < end && !isUtf8(cursor.bytes.subarray(cursor.at, end))) throw malformed('a string is not UTF-8');
    cursor.at = end;
  },
};

function record(fields: readonly Walk[]): Walk {
  if (fields.length === 0) return unsupported('record without fields');
  return (cursor) => {
    for (const field of fields) field(cursor);
  };
}

function enumeration(symbols: number): Walk {
  return (cursor) => {
    const index = readVarint(cursor);
    if (index < 0 || index >= symbols) throw malformed('an enum symbol does not exist');
  };
}

function union(branches: readonly Walk[]): Walk {
  return (cursor) => {
    const branch = branches[readVarint(cursor)];
    if (branch === undefined) throw malformed('a union branch does not exist');
    branch(cursor);
  };
}

function array(item: Walk): Walk {
  if (item === primitives['null']) return unsupported('array of nulls');
  return (cursor) => {
    for (;;) {
      const count = readVarint(cursor);
      if (count === 0) return;
      // A negative count is followed by the block's size in bytes.
      const size = count < 0 ? readLength(cursor) : undefined;
      const start = cursor.at;
      const items = Math.abs(count);
      // Every item takes a byte at least.
      if (items > cursor.bytes.length - start) throw malformed('an array claims more items than there are bytes');
      for (let index = 0; index < items; index += 1) item(cursor);
      if (size !== undefined && cursor.at !== start + size)
        throw malformed('an array block has another size than it says');
    }
  };
}

function readLength(cursor: Cursor): number {
  const length = readVarint(cursor);
  if (length < 0 || length > cursor.bytes.length - cursor.at) throw malformed('a length reaches beyond the end');
  return length;
}

const malformed = (what: string): ContractError => new ContractError('undecodable', what);
