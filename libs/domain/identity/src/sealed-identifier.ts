import type { SealedIdentity } from '@lethe/contracts';
import { sealedUnder } from './box.ts';
import type { Keys } from './keys.ts';
import { pepperOf, refOf } from './ref.ts';

/** An identifier in clear, already normalised. */
export interface ClearIdentifier {
  readonly controller: string;
  readonly type: string;
  readonly value: string;
}

/** What a service may do with keys: seal, name and open. It never hands one out. */
export interface Sealer {
  /** Names the identifier under the active pepper and seals it under the active key. Twice the same value: one ref, two boxes. */
  seal(identifier: ClearIdentifier): SealedIdentity;
  /**
   * The normalised value. A box opens only under the controller, type and ref that it was sealed for.
   * @throws SealingError
   */
  open(controller: string, identity: SealedIdentity): string;
  /**
   * The identifier's names under every configured pepper but the one of its ref. While there is one pepper, and it made
   * the ref, there is none and the box stays shut.
   * @throws SealingError
   */
  aliasesOf(controller: string, identity: SealedIdentity): readonly string[];
  /** The same identifier in a box under the active key. @throws SealingError */
  reseal(controller: string, identity: SealedIdentity): SealedIdentity;
  /** Seals what is no identifier (a dead letter's raw bytes) into one buffer: version, key id, nonce, ciphertext. */
  sealBytes(raw: Uint8Array): Buffer;
  /** @throws SealingError */
  openBytes(box: Uint8Array): Buffer;
}

/** Random nonces of 96 bits: rotate the sealing key before 2^32 boxes (NIST SP 800-38D §8.3), some 4,000 million. */
export function sealerOf({ sealing, peppers }: Pick<Keys, 'sealing' | 'peppers'>): Sealer {
  const boxes = sealedUnder(sealing);
  const allPeppers = [...peppers.byId.values()];
  const onlyPepper = allPeppers.length === 1 ? peppers.active.id : null;
  const open = (controller: string, { type, ref, sealed }: SealedIdentity): string =>
    boxes.open(sealed, nameOf(controller, type, ref)).toString('utf8');
  return {
    seal({ controller, type, value }) {
      const ref = refOf(peppers.active, controller, type, value);
      return { type, ref, sealed: boxes.seal(Buffer.from(value, 'utf8'), nameOf(controller, type, ref)) };
    },
    open,
    aliasesOf(controller, identity) {
      if (onlyPepper !== null && pepperOf(identity.ref) === onlyPepper) return [];
      const value = open(controller, identity);
      // Under all of them, so that a name which another pepper of the same id has made is not the only one.
      const names = allPeppers.map((pepper) => refOf(pepper, controller, identity.type, value));
      return names.filter((name) => name !== identity.ref);
    },
    reseal(controller, identity) {
      const { type, ref } = identity;
      const clear = Buffer.from(open(controller, identity), 'utf8');
      return { type, ref, sealed: boxes.seal(clear, nameOf(controller, type, ref)) };
    },
    sealBytes: boxes.sealBytes,
    openBytes: boxes.openBytes,
  };
}

/** Bound to the box as associated data, so that nobody can put one person's box under another's name. */
function nameOf(controller: string, type: string, ref: string): string {
  return `identifier\0${controller}\0${type}\0${ref}`;
}
