import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.ts';

/** As long as the hash: a shorter salt could be searched for the few facts that a case can have. */
export const saltBytes = 32;

/**
 * SHA-256(salt || canonical JSON of the fact). It says nothing without its opening (salt and fact); whoever has the
 * opening can check it. Deleting the opening makes the log forget and leaves the log valid.
 *
 * @param salt 32 random bytes, used for this fact alone
 * @throws RangeError on a salt of another length
 */
export function commitmentOf(salt: Uint8Array, fact: Json): Buffer {
  if (salt.length !== saltBytes) throw new RangeError(`a salt has ${saltBytes} bytes`);
  return createHash('sha256').update(salt).update(canonicalJson(fact), 'utf8').digest();
}
