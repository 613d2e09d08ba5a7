/**
 * A kind of name by which a subject is known, as the catalog declares it.
 * The shape is the catalog's (@lethe/catalog parses it); the meaning is here.
 */
export interface IdentityType {
  /** The catalog's name for it, for example `customer_id`. Never contains NUL (it is hashed between NULs). */
  readonly name: string;
  /** The most values of this type that one subject may have; a subject with more waits for a person. */
  readonly perSubject: number;
  /** Values that name nobody, beside the {@link placeholders} that are refused for every type. */
  readonly blocked: readonly string[];
  /** How two spellings of one value become one. */
  readonly normaliser: Normaliser;
}

/**
 * - `exact`: Unicode NFC, trimmed.
 * - `lowercase`: also case folded.
 * - `email`: also case folded, and must look like one. The local part is folded too, though RFC 5321 §2.4 lets a host
 *   tell its case apart: no large host does, and two spellings of one person's address must not become two subjects.
 * - `digits`: spaces, hyphens, slashes, brackets and a leading plus are taken out, and only ASCII digits may remain.
 *   A dot is refused, so that `15073.0` (a number that passed through a spreadsheet) never becomes customer 150730.
 */
export type Normaliser = (typeof normalisers)[number];
export const normalisers = ['exact', 'lowercase', 'email', 'digits'] as const;

/**
 * What upstream writes where it knows nobody. One such value taken for a name would join every anonymous row to one
 * subject, and erase them all at one person's request. Compared without regard to case.
 */
export const placeholders: readonly string[] = [
  'null',
  'none',
  'undefined',
  'nan',
  'n/a',
  '-',
  '-1',
  'unknown',
  'anonymous',
  '00000000-0000-0000-0000-000000000000',
];
