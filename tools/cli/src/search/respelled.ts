/** The same identifier as others spell it, where its bytes are others: what normalises to it is it. Pure. */
import { ContractError, decodeEvent, type UserEvent } from '@lethe/contracts';
import { normalise } from '@lethe/identity';
import type { Report, Sighting } from './lens.ts';
import { seenBy } from './looking.ts';
import type { Sought } from './sought.ts';
import type { Spelling } from './spellings.ts';

/**
 * Whether a spelling that the scan does not know can normalise to it; decoding every event takes its time. In ASCII, `k`,
 * `;` and `` ` `` alone have a twin elsewhere that Unicode composes to them.
 */
export const isRespellable = ({ identityType, value }: Sought): boolean =>
  identityType.normaliser === 'digits' || /[^\x20-\x7e]|[k;`]/i.test(value);

/** Identities of a user event that mean what is sought and that its bytes do not show. */
export function respelledIn(
  event: Buffer,
  soughts: readonly Sought[],
  bytes: (piece: Uint8Array, report: Report) => void,
): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const { value } of identitiesIn(event)) {
    for (const sought of soughts) {
      const normalised = normalise(sought.identityType, value);
      if (normalised.kind !== 'ok' || normalised.value !== sought.value) continue;
      const seen = seenBy((report) => bytes(Buffer.from(value), report));
      if (seen.some((sighting) => sighting.sought === sought && sighting.form === 'clear')) continue;
      sightings.push({ sought, form: 'clear', as: 'utf-8, spelled another way' });
    }
  }
  return sightings;
}

/** What cannot be decoded was looked at as bytes. */
function identitiesIn(bytes: Buffer): UserEvent['identities'] {
  try {
    const { name, event } = decodeEvent(bytes);
    return name === 'UserEvent' ? event.identities : [];
  } catch (error) {
    if (error instanceof ContractError) return [];
    throw error;
  }
}

/** With fewer digits a date or a time would be one. */
const SHORTEST = 9;

/**
 * Finds the digits of a value with what people put between them: `+49 (170) 123-4567`. In bytes of any kind, where what
 * stands between them is at most three characters long.
 */
export function separatedDigitsOf(
  soughts: readonly Sought[],
): (piece: Uint8Array, found: (spelling: Spelling, at: number) => void) => void {
  const wanted = soughts
    .filter(({ identityType, value }) => identityType.normaliser === 'digits' && value.length >= SHORTEST)
    .map((sought) => ({ sought, pattern: new RegExp(sought.value.replaceAll(/\d(?!$)/g, '$&[ ()./+-]{0,3}'), 'g') }));
  if (wanted.length === 0) return () => undefined;
  return (piece, found) => {
    const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    for (const { sought, pattern } of wanted) {
      for (const { 0: match, index } of text.matchAll(pattern)) {
        if (match === sought.value) continue;
        const spelling = { form: 'clear', as: 'digits apart', unit: 1, anyCase: false } as const;
        found({ ...spelling, sought, bytes: Buffer.from(match) }, index);
      }
    }
  };
}
