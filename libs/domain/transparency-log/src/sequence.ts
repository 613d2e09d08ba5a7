import type { Fact } from './fact.ts';

/** Which facts of one publisher about one request were heard, ascending. */
export type HeardSequences = readonly number[];

/** How a fact stands to those that were heard. */
export interface SequenceStanding {
  /** Heard before: no second entry. */
  readonly repeated: boolean;
  /** Positions below this one that were never heard: each is an alarm. */
  readonly missing: readonly number[];
  readonly heard: HeardSequences;
}

/** A fact without a sequence is told apart by its source alone, so it is never a repetition here. */
export function hearSequence(heard: HeardSequences, { sequence }: Pick<Fact, 'sequence'>): SequenceStanding {
  if (sequence === null) return { repeated: false, missing: [], heard };
  const known = new Set(heard);
  if (known.has(sequence)) return { repeated: true, missing: [], heard };
  const below = Array.from({ length: Math.max(0, sequence - 1) }, (_, index) => index + 1);
  const missing = below.filter((position) => !known.has(position));
  return { repeated: false, missing, heard: [...heard, sequence].sort((a, b) => a - b) };
}
