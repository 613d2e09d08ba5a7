import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key of 32 bytes. Node's KeyObject shows no key material when it is printed or serialised. */
export interface Key {
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of one purpose. New work uses the active one; the others open what was made under them. */
export interface KeyRing {
  readonly active: Key;
  readonly byId: ReadonlyMap<string, Key>;
}

export type ParsedKeys =
  { readonly ok: true; readonly ring: KeyRing } | { readonly ok: false; readonly problems: readonly string[] };

/** AES-256 takes exactly this; for HMAC-SHA-256 it is the length of the hash (RFC 2104 §3). */
export const keyBytes = 32;
const shapeOfId = /^[a-z0-9-]{1,16}$/;

/**
 * `id:base64key,id2:base64key`, the first one active.
 *
 * @param what whose keys they are (the variable's name), for the problems. A problem never holds key material, and
 *   names a key by its place, not by its id: whoever wrote the two in the wrong order has the key where the id belongs.
 */
export function parseKeys(text: string, what: string): ParsedKeys {
  const problems: string[] = [];
  const byId = new Map<string, Key>();
  for (const [index, entry] of text.split(',').entries()) {
    const where = `${what}: key ${index + 1}`;
    const [id, encoded, ...rest] = entry.trim().split(':');
    if (id === undefined || encoded === undefined || rest.length > 0) {
      problems.push(`${where} is not id:base64key`);
      continue;
    }
    if (!shapeOfId.test(id)) problems.push(`${where} has an id that is not 1 to 16 of a-z, 0-9 and -`);
    else if (byId.has(id)) problems.push(`${where} has the id of an earlier key`);
    const bytes = decodeBase64(encoded);
    if (bytes === undefined) problems.push(`${where} is not base64`);
    else if (bytes.length !== keyBytes) problems.push(`${where} has ${bytes.length} bytes, not ${keyBytes}`);
    else if (bytes.every((byte) => byte === bytes[0])) problems.push(`${where} is one byte repeated, not random`);
    else if (!byId.has(id)) byId.set(id, { id, key: createSecretKey(bytes) });
  }
  const [active] = byId.values();
  if (problems.length > 0 || active === undefined) return { ok: false, problems };
  return { ok: true, ring: { active, byId } };
}

/** Strict, because Buffer.from skips what it does not know and would turn a damaged key into a shorter, valid one. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  const unpadded = (value: string) => value.replace(/=+$/, '');
  return unpadded(bytes.toString('base64')) === unpadded(text) ? bytes : undefined;
}
