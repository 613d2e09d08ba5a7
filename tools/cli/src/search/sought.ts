/** What is looked for: an identifier as the operator gave it, and every name that Lethe may have given it. Pure. */
import type { Catalog } from '@lethe/catalog';
import { type IdentityType, type Keys, normalise, refOf, registerHashes } from '@lethe/identity';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';

export interface Sought {
  /** Place in the order in which they were given, from 1: output names an identifier by it and its type alone. */
  readonly number: number;
  readonly controller: string;
  readonly type: string;
  /** As it was typed. */
  readonly raw: string;
  readonly identityType: IdentityType;
  /** Normalised, as it stands in boxes and orders. */
  readonly value: string;
  /** Under each pepper that the deployment knows. */
  readonly refs: readonly string[];
  /** Of each ref, under each register key and moved on to newer ones. */
  readonly registerHashes: readonly string[];
}

export interface Given {
  readonly type: string;
  readonly value: string;
}

/** A subject has a few; a list of everybody would be an enumeration. */
const MOST = 50;

/** @throws CommandError `notUnderstood` that never repeats a value */
export function soughtOf(catalog: Catalog, keys: Keys, controller: string, given: readonly Given[]): readonly Sought[] {
  if (!catalog.controllers.includes(controller)) {
    throw new CommandError(
      exitCodes.notUnderstood,
      `--controller is none of the catalog's: ${catalog.controllers.join(', ')}`,
    );
  }
  if (given.length > MOST) {
    throw new CommandError(exitCodes.notUnderstood, `a search takes at most ${MOST} identifiers: those of one subject`);
  }
  return given.map(({ type, value: raw }, index) => {
    const number = index + 1;
    const identityType = catalog.identityTypes.get(type);
    if (identityType === undefined) {
      const known = [...catalog.identityTypes.keys()].join(', ');
      throw new CommandError(exitCodes.notUnderstood, `identifier ${number} has no type of the catalog: ${known}`);
    }
    const normalised = normalise(identityType, raw);
    if (normalised.kind !== 'ok') {
      const why = normalised.kind === 'blocked' ? 'the catalog blocks it: it names nobody' : normalised.why;
      throw new CommandError(exitCodes.notUnderstood, `identifier ${number} cannot be one of type ${type}: ${why}`);
    }
    const { value } = normalised;
    return { number, controller, type, identityType, raw, value, ...namesOf(keys, controller, type, value) };
  });
}

/** Every name under every key: what was named before a rotation is found as well. */
function namesOf(keys: Keys, controller: string, type: string, value: string): Pick<Sought, 'refs' | 'registerHashes'> {
  const refs = [...keys.peppers.byId.values()].map((pepper) => refOf(pepper, controller, type, value));
  return { refs, registerHashes: refs.flatMap((ref) => registerHashes(keys.register, ref)) };
}
