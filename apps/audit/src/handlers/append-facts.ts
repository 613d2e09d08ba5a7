/** What the log does with the facts of a batch: an entry each, once, in the order of their arrival. Pure. */
import { type Fact, hearSequence, type Opening } from '@lethe/transparency-log';
import type { CaseLog } from '../store/cases.ts';

export interface LogSoFar {
  readonly size: number;
  readonly cases: ReadonlyMap<string, CaseLog>;
  /** Sources, among this batch's, that have an entry already; asked for facts without a sequence. */
  readonly known: ReadonlySet<string>;
}

export interface Appended {
  readonly entries: readonly { readonly index: number; readonly opening: Opening }[];
  readonly size: number;
  /** As they are now; only those that something was heard of. */
  readonly cases: readonly CaseLog[];
  readonly repeated: number;
  /** Facts that turned out to be missing by what was heard now. */
  readonly gaps: number;
}

/** @param sourceOf tells a fact without a sequence from every other one */
export function appendFacts(
  { size, cases, known }: LogSoFar,
  openings: readonly Opening[],
  sourceOf: (fact: Fact) => string,
): Appended {
  const entries: { readonly index: number; readonly opening: Opening }[] = [];
  const changed = new Map<string, CaseLog>();
  const seen = new Set(known);
  let repeated = 0;
  let gaps = 0;
  for (const opening of openings) {
    const { fact } = opening;
    const index = size + entries.length;
    if (fact.requestId === null) {
      const source = sourceOf(fact);
      if (seen.has(source)) repeated += 1;
      else entries.push({ index, opening });
      seen.add(source);
      continue;
    }
    const before = changed.get(fact.requestId) ?? cases.get(fact.requestId) ?? emptyCase(fact.requestId);
    const after = heardBy(before, fact, index);
    if (after === null) {
      repeated += 1;
      continue;
    }
    entries.push({ index, opening });
    changed.set(fact.requestId, after);
    gaps += Math.max(0, after.missing - before.missing);
  }
  return { entries, size: size + entries.length, cases: [...changed.values()], repeated, gaps };
}

/** Null: heard before. */
function heardBy(before: CaseLog, fact: Fact, index: number): CaseLog | null {
  const { repeated, heard } = hearSequence(before.heard[fact.publisher] ?? [], fact);
  if (repeated) return null;
  const all = { ...before.heard, [fact.publisher]: heard };
  return { ...before, entries: [...before.entries, index], heard: all, missing: missingIn(all) };
}

/** Sequences count from 1, so below the highest as many are missing as were not heard. */
function missingIn(heard: CaseLog['heard']): number {
  return Object.values(heard).reduce((sum, sequences) => sum + (sequences.at(-1) ?? 0) - sequences.length, 0);
}

function emptyCase(id: string): CaseLog {
  return { id, entries: [], heard: {}, missing: 0 };
}
