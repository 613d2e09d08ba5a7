import { createHmac } from 'node:crypto';
import type { Key } from './key-ring.ts';

/**
 * `<pepper id>.<base64url(HMAC-SHA-256(pepper, controller || 0 || type || 0 || value))>`: the only name by which an
 * identifier is known outside a sealed box. Two controllers never share a ref, so one's index says nothing of another's.
 *
 * @param value normalised (see `normalise`); a ref of a raw value names nobody.
 */
export function refOf(pepper: Key, controller: string, type: string, value: string): string {
  // With a NUL inside, ("a\0b", "c") and ("a", "b\0c") would be one ref. The catalog's names cannot hold one; a caller
  // that has not checked a name against the catalog is stopped here.
  if (controller.includes('\0') || type.includes('\0')) throw new RangeError('a controller or identity type holds NUL');
  // The pepper is a KeyObject: with raw bytes Node prepares the key anew each time (84,000/s instead of 530,000/s).
  return `${pepper.id}.${createHmac('sha256', pepper.key).update(`${controller}\0${type}\0${value}`, 'utf8').digest('base64url')}`;
}

/** The id of the pepper that a ref was made with. Ids hold no dot. */
export function pepperOf(ref: string): string {
  return ref.slice(0, ref.indexOf('.'));
}
