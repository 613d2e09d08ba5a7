import { longestIdentifier } from '@lethe/contracts';
import { placeholders, type IdentityType } from './identity-type.ts';

/** In UTF-16 code units. */
export const longestValue = longestIdentifier;

/** Why a value cannot be an identifier. Says nothing about the value itself, so that it may be logged. */
export type InvalidValue = 'empty' | 'too_long' | 'control_character' | 'not_unicode' | 'not_an_email' | 'not_digits';

export type Normalised =
  | { readonly kind: 'ok'; readonly value: string }
  /** The value names nobody: the identity is dropped and counted, the event stays valid. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'invalid'; readonly why: InvalidValue };

/** One spelling per identifier. Normalising a normalised value changes nothing. */
export function normalise(type: IdentityType, raw: string): Normalised {
  // Before anything walks the text: a 1 MB value costs no more than a short one.
  if (raw.length > longestValue) return invalid('too_long');
  if (!raw.isWellFormed()) return invalid('not_unicode');
  const trimmed = raw.normalize('NFC').trim();
  if (trimmed === '') return invalid('empty');
  if (/\p{Cc}/u.test(trimmed)) return invalid('control_character');
  // A placeholder is judged as written: `null` is no e-mail address, and `-1` would become the digits `1`.
  if (isBlocked(type, trimmed)) return { kind: 'blocked' };
  const spelled = spell(type, trimmed);
  if (spelled.kind !== 'ok') return spelled;
  // Normalising can lengthen a text (NFC takes some characters apart) and the fold can reveal a blocked value.
  if (spelled.value.length > longestValue) return invalid('too_long');
  return isBlocked(type, spelled.value) ? { kind: 'blocked' } : spelled;
}

function spell(type: IdentityType, trimmed: string): Normalised {
  switch (type.normaliser) {
    case 'exact':
      return { kind: 'ok', value: trimmed };
    case 'lowercase':
      return { kind: 'ok', value: folded(trimmed) };
    case 'email': {
      const value = folded(trimmed);
      // \p{Cf}: an invisible character pasted along would make a second subject that no request ever finds.
      return /^[^\s@\p{Cf}]+@[^\s@\p{Cf}]+$/u.test(value) ? { kind: 'ok', value } : invalid('not_an_email');
    }
    case 'digits':
      return /^[+(]*[0-9][0-9 ()/-]*$/.test(trimmed)
        ? { kind: 'ok', value: trimmed.replace(/[^0-9]/g, '') }
        : invalid('not_digits');
  }
}

function isBlocked(type: IdentityType, value: string): boolean {
  if (/^0+$/.test(value)) return true;
  const blocked = blockedBy(type);
  return blocked.asWritten.has(value) || blocked.anyCase.has(value.toLowerCase());
}

interface Blocked {
  readonly asWritten: ReadonlySet<string>;
  readonly anyCase: ReadonlySet<string>;
}
/** Once per type, not once per event: types come from the catalog and live as long as the process. */
const compiled = new WeakMap<IdentityType, Blocked>();
const commonlyBlocked: ReadonlySet<string> = new Set(placeholders);

function blockedBy(type: IdentityType): Blocked {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const asWritten = new Set<string>();
  for (const value of type.blocked) {
    const trimmed = value.normalize('NFC').trim();
    asWritten.add(trimmed);
    // The catalog's author writes a blocked value as upstream does; it must also be met in its normalised spelling.
    const spelled = spell(type, trimmed);
    if (spelled.kind === 'ok') asWritten.add(spelled.value);
  }
  const blocked = { asWritten, anyCase: commonlyBlocked };
  compiled.set(type, blocked);
  return blocked;
}

/** Composed once more after the fold, because lower case can be a decomposed sequence. */
function folded(value: string): string {
  return value.toLowerCase().normalize('NFC');
}

function invalid(why: InvalidValue): Normalised {
  return { kind: 'invalid', why };
}
