/** Finds sealed boxes in what was decoded and opens those that could hold what is sought. Nothing that was opened is kept. */
import type { Catalog } from '@lethe/catalog';
import type { SealedIdentifier } from '@lethe/contracts';
import { type Keys, type Sealer, sealerOf, SealingError } from '@lethe/identity';
import type { Sought } from './sought.ts';

/** A box with what stands beside it: the name that it was sealed for, if it is whole. */
export interface Box {
  readonly sealed: SealedIdentifier;
  readonly controller: string | null;
  readonly type: string | null;
  readonly ref: string | null;
}

export interface Opener {
  /** What is sought and in this box. */
  open(box: Box): readonly Sought[];
  /** A dead letter's bytes; null when these are none of ours, or under a key that is not known here. */
  openBytes(bytes: Buffer): Buffer | null;
  /** Boxes that could hold it, and sealed bytes, under a key that is not known here. */
  unknown(): { readonly unknownKeys: number; readonly unknownBytes: number };
}

/** AES-GCM keeps the length, so that most boxes need not be opened. */
const TAG_BYTES = 16;

export function openerOf(soughts: readonly Sought[], keys: Keys, catalog: Pick<Catalog, 'controllers'>): Opener {
  const sealer = sealerOf(keys);
  const byLength = new Map<number, Sought[]>();
  for (const sought of soughts) {
    const length = Buffer.byteLength(sought.value);
    byLength.set(length, [...(byLength.get(length) ?? []), sought]);
  }
  const unknown = { unknownKeys: 0, unknownBytes: 0 };

  const named = ({ controller, type, ref, sealed }: Box): string | null => {
    if (type === null || ref === null) return null;
    const controllers = controller === null ? catalog.controllers : [controller];
    return firstOf(controllers, (name) => opened(sealer, name, { type, ref, sealed }));
  };

  return {
    open: (box) => {
      const candidates = byLength.get(box.sealed.ciphertext.length - TAG_BYTES) ?? [];
      if (candidates.length === 0) return [];
      if (!keys.sealing.byId.has(box.sealed.keyId)) {
        unknown.unknownKeys += 1;
        return [];
      }
      const value = named(box);
      if (value !== null) return candidates.filter((sought) => sought.value === value);
      // Its name is not beside it, or another one is: is it one of those that are sought?
      return candidates.filter(
        ({ controller, type, refs }) =>
          firstOf(refs, (ref) => opened(sealer, controller, { type, ref, sealed: box.sealed })) !== null,
      );
    },
    openBytes: (bytes) => {
      const keyId = keyIdOf(bytes);
      if (keyId === null) return null;
      if (!keys.sealing.byId.has(keyId)) {
        unknown.unknownBytes += 1;
        return null;
      }
      try {
        return sealer.openBytes(bytes);
      } catch (error) {
        if (error instanceof SealingError) return null;
        throw error;
      }
    },
    unknown: () => unknown,
  };
}

/** Behind the id come a nonce and at least a tag. */
const NONCE_BYTES = 12;

/** Of sealed bytes: version, length of the key's id, the id; null for bytes that have not this shape. */
export function keyIdOf(bytes: Buffer): string | null {
  const length = bytes[1] ?? 0;
  if (bytes[0] !== 1 || bytes.length < 2 + length + NONCE_BYTES + TAG_BYTES) return null;
  const id = bytes.toString('latin1', 2, 2 + length);
  return /^[a-z0-9-]{1,16}$/.test(id) ? id : null;
}

const firstOf = <T>(all: readonly T[], of: (one: T) => string | null): string | null => {
  for (const one of all) {
    const found = of(one);
    if (found !== null) return found;
  }
  return null;
};

function opened(sealer: Sealer, controller: string, identity: Parameters<Sealer['open']>[1]): string | null {
  try {
    return sealer.open(controller, identity);
  } catch (error) {
    if (error instanceof SealingError) return null;
    throw error;
  }
}

/** Every box and every byte string in a decoded value, however deep. */
export function walk(value: unknown, met: { box(box: Box): void; bytes(bytes: Buffer): void }): void {
  const into = (part: unknown, outer: { readonly controller: string | null; readonly ref: string | null }): void => {
    if (Buffer.isBuffer(part)) {
      met.bytes(part);
      return;
    }
    if (Array.isArray(part)) {
      for (const each of part as readonly unknown[]) into(each, outer);
      return;
    }
    if (!isObject(part)) return;
    const controller = textOf(part['controller']) ?? outer.controller;
    // An index document's id is the ref; a change of it in the database's log names the document beside the change.
    const ref = textOf(part['ref']) ?? refIn(part['_id']) ?? refIn(idOf(part['o2'])) ?? outer.ref;
    const { sealed } = part;
    if (isBox(sealed)) met.box({ sealed, controller, type: textOf(part['type']), ref });
    for (const [field, inner] of Object.entries(part)) {
      if (field !== 'sealed' || !isBox(inner)) into(inner, { controller, ref });
    }
  };
  into(value, { controller: null, ref: null });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const refIn = (value: unknown): string | null =>
  typeof value === 'string' && /^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{43}$/.test(value) ? value : null;
const idOf = (value: unknown): unknown => (isObject(value) ? value['_id'] : null);

function isBox(value: unknown): value is SealedIdentifier {
  return (
    isObject(value) &&
    typeof value['keyId'] === 'string' &&
    Buffer.isBuffer(value['nonce']) &&
    Buffer.isBuffer(value['ciphertext'])
  );
}
