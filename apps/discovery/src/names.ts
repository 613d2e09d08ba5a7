/** What an identifier is called: under every pepper, and in the erasure register under its keys. */
import { LRUCache } from 'lru-cache';
import { RetryableError, TerminalError } from '@lethe/bus';
import type { SealedIdentifier, SealedIdentity } from '@lethe/contracts';
import {
  type KeyPurpose,
  type Keys,
  keyVariables,
  registerHashes,
  type RegisterName,
  registerNameOf,
  remembered,
  rewrapped,
  sealerOf,
  SealingError,
  serves,
} from '@lethe/identity';
import type { Reader } from '@lethe/service';
import { keyHistories } from './store/key-histories.ts';

/** Functions, not methods: they are handed on one by one. */
export interface Names {
  /** The keys of each purpose, for their ids alone: what is done with them is done here. */
  readonly rings: Pick<Keys, KeyPurpose>;
  /**
   * The identifier's names under the other peppers; while there is one pepper, none, and no box is opened.
   * @throws RetryableError when this process does not hold the box's key (yet), TerminalError when it never opens
   */
  readonly aliasesOf: (controller: string, identity: SealedIdentity) => readonly string[];
  /** The identifier's box under the active key; null if that is what it is. Throws like `aliasesOf`. */
  readonly resealed: (controller: string, identity: SealedIdentity) => SealedIdentifier | null;
  /** What a ref is registered as. */
  readonly registerName: (ref: string) => RegisterName;
  /** Every hash that an entry of this ref may stand under. */
  readonly registerHashes: (ref: string) => readonly string[];
  /** The name under the active key; null if that is what it is. */
  readonly rewrapped: (name: RegisterName) => RegisterName | null;
  /**
   * To be called in every transaction that reads or writes names: another process may have brought a newer key, or put
   * back an older one, and names made with it would not be found by this one.
   * @throws RetryableError until this process is started with the same keys
   */
  readonly checkKeys: (reader: Reader) => Promise<void>;
}

/** Names, not values: what is kept here is what stands in the index anyway. */
const REMEMBERED = 100_000;

const movedOn = { peppers: 'peppers_moved_on', register: 'register_keys_moved_on' } as const;

export function namesUnder(rings: Pick<Keys, KeyPurpose>): Names {
  const { sealing, register, peppers } = rings;
  const sealer = sealerOf(rings);
  const own = { register: remembered(register), peppers: remembered(peppers) };
  const known = new LRUCache<string, readonly string[]>({ max: REMEMBERED });

  const opened = <T>(open: () => T): T => {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      // During a rotation another service may know the new key first: wait for it here.
      if (error.code === 'unknown_key') throw new RetryableError(error.code, error.message);
      throw new TerminalError(error.code, error.message);
    }
  };

  return {
    rings,
    aliasesOf: (controller, identity) => {
      const found = known.get(identity.ref) ?? opened(() => sealer.aliasesOf(controller, identity));
      if (found.length > 0) known.set(identity.ref, found);
      return found;
    },
    resealed: (controller, identity) =>
      identity.sealed.keyId === sealing.active.id ? null : opened(() => sealer.reseal(controller, identity)).sealed,
    registerName: (ref) => registerNameOf(register, ref),
    registerHashes: (ref) => registerHashes(register, ref),
    rewrapped: (name) => rewrapped(register, name),
    checkKeys: async (reader) => {
      const histories = await keyHistories.all(reader);
      for (const purpose of ['peppers', 'register'] as const) {
        const history = histories.get(purpose);
        if (history === undefined || serves(history, own[purpose])) continue;
        throw new RetryableError(
          movedOn[purpose],
          `names are made with the keys ${history.ring.map(({ id }) => id).join(', ')} now: start this process with the same ${keyVariables[purpose]}`,
        );
      }
    },
  };
}
