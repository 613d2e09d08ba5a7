/** What every part of a search works with. */
import type { Findings } from './findings.ts';
import type { Lens, Report, Sighting } from './lens.ts';

export interface Looking {
  readonly prefix: string;
  readonly lens: Lens;
  readonly findings: Findings;
  /** Counts what was looked at: records, documents, ... */
  looked(what: Looked, count: number): void;
  /** What is not looked at, and why: a search that is silent about it would claim too much. */
  notLooked(what: string): void;
  /** What it was to look at and could not: then it says `nowhere` of nothing, and the exit code tells. */
  blindTo(what: string): void;
  /** @throws when the operator has had enough */
  goOn(): void;
}

export type Looked = 'records' | 'segment files' | 'documents' | 'writes in the log of the database' | 'lines of logs';

/** What is seen while `look` looks; one piece of data holds few things, so this is an array. */
export function seenBy(look: (report: Report) => void): readonly Sighting[] {
  const seen: Sighting[] = [];
  look((sighting) => seen.push(sighting));
  return seen;
}
