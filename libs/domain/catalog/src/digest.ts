import { createHash } from 'node:crypto';

/** Plain data that is read as JSON; a Map counts as an object. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** SHA-256 (hex) of the data as JSON with sorted keys. Lists keep their order: whoever means a set sorts it first. */
export function digestOf(data: Plain): string {
  return createHash('sha256').update(canonical(data), 'utf8').digest('hex');
}

function canonical(data: Plain): string {
  if (data === null || typeof data !== 'object') return JSON.stringify(data);
  if (isList(data)) return `[${data.map(canonical).join(',')}]`;
  const fields = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${canonical(value)}`).join(',')}}`;
}

function isList(data: readonly Plain[] | { readonly [key: string]: Plain }): data is readonly Plain[] {
  return Array.isArray(data);
}
