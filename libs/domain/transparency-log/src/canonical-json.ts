import canonicalizer from 'canonicalize';

/** What JSON can say and no more: a Date or a Buffer in a fact would be written in a way that no verifier expects. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one text of a value (RFC 8785), so that whoever holds the value can make the same bytes.
 * @throws Error on NaN and infinities
 */
export function canonicalJson(value: Json): string {
  // The package is CommonJS under the types of an ES module: its type is not what it is, so it is looked at.
  const serialize: unknown = canonicalizer;
  const text = isSerializer(serialize) ? serialize(value) : undefined;
  if (typeof text !== 'string') throw new TypeError('a value without a JSON text');
  return text;
}

function isSerializer(value: unknown): value is (json: Json) => unknown {
  return typeof value === 'function';
}
