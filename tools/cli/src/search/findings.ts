/** Counts what was seen where, in little memory: a subject may stand in a million records. */
import type { Place } from './places.ts';
import { type Reason, reasonFor } from './reasons.ts';
import type { Sighting } from './lens.ts';
import type { Form } from './spellings.ts';

export interface Finding {
  readonly place: string;
  readonly kind: string;
  readonly form: Form;
  /** The identifiers that stand there, by number. */
  readonly identifiers: readonly number[];
  /** Encodings in which it was seen. */
  readonly as: readonly string[];
  /** Records, documents or lines; one that holds two identifiers counts once. */
  readonly count: number;
  /** The first few: partition/offset, line, id. */
  readonly where: readonly string[];
  /** Null: unexpected. */
  readonly reason: Omit<Reason, 'kind' | 'forms'> | null;
}

const SHOWN = 10;

export class Findings {
  readonly #found = new Map<string, Finding>();
  readonly #holds: (name: string) => boolean;

  /** @param holds whether a name itself holds what is sought: a place that nobody foresaw may be called anything */
  constructor(holds: (name: string) => boolean) {
    this.#holds = holds;
  }

  /** What was seen in one record, document or line. */
  add(place: Place, sightings: readonly Sighting[], where: string | null): void {
    for (const form of new Set(sightings.map((sighting) => sighting.form))) {
      const ofForm = sightings.filter((sighting) => sighting.form === form);
      const key = `${place.kind}\0${place.name}\0${form}`;
      const before = this.#found.get(key) ?? this.#begin(place, form);
      this.#found.set(key, {
        ...before,
        count: before.count + 1,
        identifiers: union(
          before.identifiers,
          ofForm.map(({ sought }) => sought.number),
        ),
        as: union(
          before.as,
          ofForm.map(({ as }) => as),
        ),
        where: where === null || before.where.length >= SHOWN ? before.where : [...before.where, where],
      });
    }
  }

  #begin({ kind, name }: Place, form: Form): Finding {
    const allowed = reasonFor(kind, form);
    const reason = allowed === null ? null : { why: allowed.why, whose: allowed.whose, until: allowed.until };
    const place = allowed === null && this.#holds(name) ? `${kind}, called by what was looked for` : name;
    return { place, kind, form, identifiers: [], as: [], count: 0, where: [], reason };
  }

  /** The unexpected first. */
  list(): readonly Finding[] {
    const rank = ({ reason, kind }: Finding): string => `${reason === null ? 0 : 1} ${order(kind)}`;
    return [...this.#found.values()].sort((a, b) => compare(rank(a), rank(b)) || compare(a.place, b.place));
  }
}

const order = (kind: string): number => ['topic', 'segment', 'store', 'oplog', 'log'].indexOf(kind.split(' ')[0] ?? '');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const union = <T>(known: readonly T[], more: readonly T[]): readonly T[] => {
  const fresh = more.filter((each) => !known.includes(each));
  return fresh.length === 0 ? known : [...new Set([...known, ...fresh])].sort();
};
