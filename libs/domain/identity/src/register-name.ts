/**
 * The name of a ref in the erasure register, and how that name moves on to a newer key without the ref being known.
 *
 * A name is HMAC(key, ref) under the key that was active when it was made. When a newer key comes, the stored name is
 * hashed again under it: HMAC(r2, HMAC(r1, ref)). So a register that was copied, together with one of its keys, says
 * nothing of the present one; and a key is needed as long as there is a name that it has a part in.
 */
import { createHmac } from 'node:crypto';
import type { Key, KeyRing } from './key-ring.ts';
import { pepperOf } from './ref.ts';

export interface RegisterName {
  /** `<id of the newest key>.<base64url>` */
  readonly hash: string;
  /** The ids of the keys it was made with, the oldest first. */
  readonly keys: readonly string[];
  /** The id of the pepper that named the ref. */
  readonly pepper: string;
}

/**
 * HMAC(register key, ref) with the key's id. Another key than the pepper, so that a register that outlives the index
 * cannot be matched against an old copy of it.
 */
export function registerHash(key: Key, ref: string): string {
  return `${key.id}.${createHmac('sha256', key.key).update(ref, 'utf8').digest('base64url')}`;
}

/** The name that a ref is entered by now. */
export function registerNameOf(ring: KeyRing, ref: string): RegisterName {
  return { hash: registerHash(ring.active, ref), keys: [ring.active.id], pepper: pepperOf(ref) };
}

/**
 * Every hash that a ref may stand under while entries are moved from key to key: made under any key of the ring, and
 * moved on to any newer one or not yet. n keys: n(n+1)/2 hashes, with one key a single one.
 */
export function registerHashes(ring: KeyRing, ref: string): readonly string[] {
  const oldestFirst = [...ring.byId.values()].reverse();
  return oldestFirst.flatMap((_, from) => {
    const hashes: string[] = [];
    for (const key of oldestFirst.slice(from)) hashes.push(registerHash(key, hashes.at(-1) ?? ref));
    return hashes;
  });
}

/** The name moved on to the active key; null if it is there, or was made with a key that the ring does not hold. */
export function rewrapped(ring: KeyRing, name: RegisterName): RegisterName | null {
  const newestFirst = [...ring.byId.values()];
  const at = newestFirst.findIndex(({ id }) => id === name.keys.at(-1));
  if (at <= 0) return null;
  const newer = newestFirst.slice(0, at).reverse();
  return {
    hash: newer.reduce((hash, key) => registerHash(key, hash), name.hash),
    keys: [...name.keys, ...newer.map(({ id }) => id)],
    pepper: name.pepper,
  };
}
