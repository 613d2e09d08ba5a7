/**
 * Finds many byte strings in one pass (the algorithm of Wu and Manber with blocks of two bytes): a deployment holds
 * gigabytes, and an identifier has some thirty spellings. Most positions are skipped without being looked at.
 */

export interface Needle {
  /** At least two bytes. */
  readonly bytes: Uint8Array;
  /** True: ASCII letters match in either case. */
  readonly anyCase: boolean;
}

export type Scan<N extends Needle> = (bytes: Uint8Array, found: (needle: N, at: number) => void) => void;

/** Upper-case ASCII letters become lower-case, every other byte stays. */
const folded = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
const fold = (byte: number | undefined): number => folded[byte ?? 0] ?? 0;
const block = (first: number | undefined, second: number | undefined): number => (fold(first) << 8) | fold(second);

const SHORTEST = 2;
const LONGEST_STEP = 255;

/** @throws RangeError for a needle under two bytes, which would be found everywhere */
export function scannerOf<N extends Needle>(needles: readonly N[]): Scan<N> {
  if (needles.length === 0) return () => undefined;
  const window = Math.min(...needles.map(({ bytes }) => bytes.length));
  if (window < SHORTEST) throw new RangeError('what is looked for has at least two bytes');
  /** How far the window may move on when it ends with this block; 0: a needle's window ends so. */
  const steps = new Uint8Array(1 << 16).fill(Math.min(window - 1, LONGEST_STEP));
  const endingWith = new Map<number, N[]>();
  for (const needle of needles) {
    for (let end = 1; end < window; end++) {
      const at = block(needle.bytes[end - 1], needle.bytes[end]);
      steps[at] = Math.min(steps[at] ?? 0, window - 1 - end);
    }
    const last = block(needle.bytes[window - 2], needle.bytes[window - 1]);
    endingWith.set(last, [...(endingWith.get(last) ?? []), needle]);
  }

  return (bytes, found) => {
    let end = window - 1;
    while (end < bytes.length) {
      const last = block(bytes[end - 1], bytes[end]);
      const step = steps[last] ?? 0;
      if (step > 0) {
        end += step;
        continue;
      }
      const at = end - window + 1;
      for (const needle of endingWith.get(last) ?? []) if (standsAt(needle, bytes, at)) found(needle, at);
      end += 1;
    }
  };
}

function standsAt({ bytes: wanted, anyCase }: Needle, bytes: Uint8Array, at: number): boolean {
  if (at + wanted.length > bytes.length) return false;
  for (let index = 0; index < wanted.length; index++) {
    const [here, there] = [bytes[at + index], wanted[index]];
    if (here !== there && !(anyCase && fold(here) === fold(there))) return false;
  }
  return true;
}
