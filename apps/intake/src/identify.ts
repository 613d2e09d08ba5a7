/** From a value as somebody wrote it to the sealed identity that the rest of Lethe works with. */
import { LRUCache } from 'lru-cache';
import type { Task } from '@lethe/service';
import type { Catalog } from '@lethe/catalog';
import type { SealedIdentity } from '@lethe/contracts';
import { type InvalidValue, longestValue, normalise, type Sealer } from '@lethe/identity';

export type Identified =
  | { readonly kind: 'sealed'; readonly identity: SealedIdentity }
  /** The value names nobody. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'invalid'; readonly why: InvalidValue }
  | { readonly kind: 'unknown_type' };

export type Identify = (controller: string, type: string, raw: string) => Identified;

export interface Identifier {
  readonly identify: Identify;
  /** Lets go of what has not been asked for lately: these are values in clear. */
  readonly forget: () => void;
}

/** One customer's events come in bursts; normalising, naming and sealing cost ten times the look-up. */
const REMEMBERED = 50_000;
const REMEMBERED_FOR_MS = 10 * 60_000;

/** A box that is used again says no more than its ref does, and the ref stands beside it anyway. */
export function identifier(catalog: Catalog, sealer: Sealer): Identifier {
  const known = new LRUCache<string, Identified>({
    max: REMEMBERED,
    ttl: REMEMBERED_FOR_MS,
    // Asking the clock for each look-up would cost as much as the look-up.
    ttlResolution: 1_000,
  });

  const identify: Identify = (controller, type, raw) => {
    const identityType = catalog.identityTypes.get(type);
    if (identityType === undefined) return { kind: 'unknown_type' };
    // Too long to be kept as a key; normalise says what is wrong with it.
    if (raw.length > longestValue) return { kind: 'invalid', why: 'too_long' };
    const key = `${controller}\0${type}\0${raw}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const normalised = normalise(identityType, raw);
    if (normalised.kind === 'invalid') return normalised;
    const identified: Identified =
      normalised.kind === 'blocked'
        ? normalised
        : { kind: 'sealed', identity: sealer.seal({ controller, type, value: normalised.value }) };
    known.set(key, identified);
    return identified;
  };

  return { identify, forget: () => void known.purgeStale() };
}

/** Values in clear that nobody asked for lately are let go of although no new ones push them out. */
export function forgetting(forget: () => void): Task {
  return {
    name: 'forget-values',
    everyMs: 60_000,
    step: () => {
      forget();
      return Promise.resolve(false);
    },
  };
}
