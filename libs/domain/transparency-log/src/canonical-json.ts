import canonicalizer from 'canonicalize';

/** What JSON can say and no more: a Date or a Buffer in a fact would be written in a way that no verifier expects. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

// The package is CommonJS with the types of an ES module, so that its type is not what it is.
const serialize: unknown = canonicalizer;

/**
 * The one text of a value (RFC 8785), so that whoever holds the value can make the same bytes.
 * @throws Error on NaN and infinities
 */
export function canonicalJson(value: Json): string {
  if (typeof serialize !== 'function') throw new TypeError('canonicalize is not the function that it should be');
  const text: unknown = serialize(value);
  if (typeof text !== 'string') throw new TypeError('a value without a JSON text');
  return text;
}
