/**
 * How a person's identifiers are spelled, named and sealed.
 *
 * normalise (one spelling) -> refOf (the name by which Lethe knows it) -> sealerOf(keys).seal (the box that holds it).
 */
export { normalisers, placeholders, type IdentityType, type Normaliser } from './identity-type.ts';
export { longestValue, normalise, type InvalidValue, type Normalised } from './normalise.ts';
export { pepperOf, refOf } from './ref.ts';
export { registerHash, registerHashes, registerNameOf, rewrapped, type RegisterName } from './register-name.ts';
export {
  remembered,
  ringChange,
  serves,
  withoutRetired,
  type RememberedKey,
  type RingChange,
  type RingHistory,
  type RingUse,
} from './ring-history.ts';
export { parseKeys, type Key, type KeyRing, type ParsedKeys } from './key-ring.ts';
export { developmentKeys, keyVariables, KeysError, loadKeys, type KeyPurpose, type Keys } from './keys.ts';
export { sealerOf, type ClearIdentifier, type Sealer } from './sealed-identifier.ts';
export { SealingError, type SealingErrorCode } from './sealing-error.ts';
