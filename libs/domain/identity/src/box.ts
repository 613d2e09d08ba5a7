import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { SealedIdentifier } from '@lethe/contracts';
import type { KeyRing } from './key-ring.ts';
import { SealingError } from './sealing-error.ts';

/** 96 bits, the length for which GCM needs no further hashing (NIST SP 800-38D §5.2.1.1). */
const nonceBytes = 12;
const tagBytes = 16;
const cipher = 'aes-256-gcm';

/** One buffer: version, length of the key id, key id, nonce, ciphertext with tag. All before the nonce is bound to it. */
const version = 1;

/** Seals under the ring's active key, opens under any. */
export function sealedUnder(ring: KeyRing) {
  const nonces = nonceSource();

  function seal(clear: Uint8Array, name: string): SealedIdentifier {
    const nonce = nonces();
    const sealing = createCipheriv(cipher, ring.active.key, nonce, { authTagLength: tagBytes });
    sealing.setAAD(Buffer.from(name, 'utf8'));
    const ciphertext = Buffer.concat([sealing.update(clear), sealing.final(), sealing.getAuthTag()]);
    return { keyId: ring.active.id, nonce, ciphertext };
  }

  function open({ keyId, nonce, ciphertext }: SealedIdentifier, name: string): Buffer {
    const key = ring.byId.get(keyId);
    if (key === undefined) throw new SealingError('unknown_key');
    if (nonce.length !== nonceBytes || ciphertext.length < tagBytes) throw new SealingError('malformed');
    const opening = createDecipheriv(cipher, key.key, nonce, { authTagLength: tagBytes });
    opening.setAAD(Buffer.from(name, 'utf8'));
    opening.setAuthTag(ciphertext.subarray(-tagBytes));
    const clear = opening.update(ciphertext.subarray(0, -tagBytes));
    try {
      opening.final();
    } catch {
      // The cause is OpenSSL's and says nothing more; `clear` is what a forger chose and goes nowhere.
      throw new SealingError('tampered');
    }
    return clear;
  }

  function sealBytes(raw: Uint8Array): Buffer {
    const head = Buffer.concat([Buffer.of(version, ring.active.id.length), Buffer.from(ring.active.id, 'ascii')]);
    const { nonce, ciphertext } = seal(raw, nameOfBytes(head));
    return Buffer.concat([head, nonce, ciphertext]);
  }

  function openBytes(box: Uint8Array): Buffer {
    const bytes = Buffer.from(box.buffer, box.byteOffset, box.byteLength);
    const idEnds = 2 + (bytes[1] ?? 0);
    if (bytes[0] !== version || bytes.length < idEnds + nonceBytes + tagBytes) throw new SealingError('malformed');
    const head = bytes.subarray(0, idEnds);
    const nonce = bytes.subarray(idEnds, idEnds + nonceBytes);
    const ciphertext = bytes.subarray(idEnds + nonceBytes);
    return open({ keyId: head.toString('latin1', 2), nonce, ciphertext }, nameOfBytes(head));
  }

  return { seal, open, sealBytes, openBytes };
}

/** Another prefix than an identifier's, so that neither kind of box opens as the other. */
function nameOfBytes(head: Buffer): string {
  return `bytes\0${head.toString('latin1')}`;
}

/** Fetches randomness for many nonces at once: one system call per box would cost as much as the cipher. */
function nonceSource(): () => Buffer {
  const pool = Buffer.alloc(nonceBytes * 256);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const nonce = Buffer.from(pool.subarray(used, used + nonceBytes));
    used += nonceBytes;
    return nonce;
  };
}
