/**
 * How a person's identifiers are spelled, named and sealed.
 *
 * normalise (one spelling) -> refOf (the name by which Lethe knows it) -> sealerOf(keys).seal (the box that holds it).
 */
export { normalisers, placeholders, type IdentityType, type Normaliser } from './identity-type.ts';
export { longestValue, normalise, type InvalidValue, type Normalised } from './normalise.ts';
export { refOf, registerHash } from './ref.ts';
export { parseKeys, type Key, type KeyRing, type ParsedKeys } from './key-ring.ts';
export { developmentKeys, KeysError, loadKeys, type Keys } from './keys.ts';
export { sealerOf, type ClearIdentifier, type Sealer } from './sealed-identifier.ts';
export { SealingError, type SealingErrorCode } from './sealing-error.ts';
