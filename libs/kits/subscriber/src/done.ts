/** What a team may say that it did, and what is wrong with it when it cannot be sent. */
import {
  citationOrWithheld,
  codeOrWithheld,
  type ErasureMethod,
  type ErasureOrdered,
  mostAnswerValues,
} from '@lethe/contracts';

/** What any answer may add. */
export interface Extras {
  /** A code that says why, such as `tax_records`: letters, digits and _ . : / ( ) -. Never a text about a person. */
  readonly reason?: string | null;
  /** Names of the sub-processors that were told to erase, as codes; at most 50. */
  readonly subProcessorsTold?: readonly string[];
  /**
   * Up to which time data was looked for, when that is later than `order.eraseThrough` (which it is otherwise): not
   * after now. Who erases whatever the time of a row says `context.began`.
   */
  readonly erasedThrough?: Date | null;
}

/** What was done with an order. */
export type Done =
  /** Gone. `count`: records treated, null when the team cannot say; with 0 the answer is `not_found`. */
  | (Extras & {
      readonly outcome: 'erased';
      readonly count: number | null;
      readonly method: ErasureMethod;
      /** Of `beyond_use`: until when. */
      readonly until?: Date | null;
    })
  /** Nothing was there. */
  | 'not_found'
  | (Extras & { readonly outcome: 'not_found' })
  /** Something has to stay: which fields, on what basis (cited, or a code), until when (null: it does not end). */
  | (Extras & {
      readonly outcome: 'retained';
      readonly until: Date | null;
      readonly fieldsKept: readonly string[];
      readonly legalBasis: string;
      /** Records treated; null or left out when the team cannot say. */
      readonly count?: number | null;
      /** How the rest was erased; null or left out when all of it stays. */
      readonly method?: ErasureMethod | null;
    })
  /** An independent controller that holds the data was told. */
  | (Extras & { readonly outcome: 'notified' })
  /** It was not told, and why. */
  | (Extras & { readonly outcome: 'not_notified'; readonly reason: string })
  /**
   * Not done, and not final: Lethe keeps the order open and sends it again. It means that this call erased nothing; after
   * a part was erased, throw (or have `count`).
   */
  | { readonly outcome: 'failed'; readonly reason: string };

/** @param count records treated. With 0 the answer is `not_found`. */
export const erased = (count: number | null, method: ErasureMethod): Done => ({ outcome: 'erased', count, method });

/** The field of a team's result that cannot be sent. */
export type AnswerFault =
  | 'outcome'
  | 'count'
  | 'method'
  | 'until'
  | 'fieldsKept'
  | 'legalBasis'
  | 'subProcessorsTold'
  | 'reason'
  | 'erasedThrough'
  | 'not_recorded';

/** What a team's `erase` returned cannot be sent as it is. The message names the field and what it must be, never its value. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  /** Goes into the answer `failed` as its reason. */
  readonly code: 'answer_not_valid' | 'interrupted_run';
  readonly fault: AnswerFault;
  constructor(fault: AnswerFault, message: string, code: AnswerError['code'] = 'answer_not_valid') {
    super(message);
    this.fault = fault;
    this.code = code;
  }
}

/** Every field that an answer has, as far as the team decides it. */
export interface Said {
  readonly outcome: 'erased' | 'not_found' | 'retained' | 'notified' | 'not_notified' | 'failed';
  readonly count: number | null;
  readonly method: ErasureMethod | null;
  readonly until: Date | null;
  readonly fieldsKept: readonly string[];
  readonly legalBasis: string | null;
  readonly subProcessorsTold: readonly string[];
  readonly reason: string | null;
  /** Null: as far as was ordered. */
  readonly erasedThrough: Date | null;
}

/** Of a final answer: it ends the order's round. */
export type FinalSaid = Said & { readonly outcome: Exclude<Said['outcome'], 'failed'> };

export const isFinal = (said: Said): said is FinalSaid => said.outcome !== 'failed';

const outcomes: ReadonlySet<unknown> = new Set<Said['outcome']>([
  'erased',
  'not_found',
  'retained',
  'notified',
  'not_notified',
  'failed',
]);
const methods: ReadonlySet<unknown> = new Set<ErasureMethod>([
  'deleted',
  'anonymised',
  'masked',
  'key_destroyed',
  'beyond_use',
]);
export const methodNames = [...methods].join(', ');
/** More than any store holds, and few enough to be added up. */
const MOST_RECORDS = 1e15;
/** Before and after, a clock or a unit is wrong. */
const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
const LATEST = Date.parse('2200-01-01T00:00:00Z');

/**
 * Looks at every field, for not every team compiles with types. Where Lethe would record `withheld` in place of a text
 * that may be a person's, the text is refused here, by its field.
 *
 * @param now the team's time when it had looked
 * @throws AnswerError
 */
export function saidBy(done: Done, { eraseThrough }: Pick<ErasureOrdered, 'eraseThrough'>, now: Date): Said {
  const given: Partial<Record<keyof Said, unknown>> = done === 'not_found' ? { outcome: done } : objectIn(done);
  const { outcome } = given;
  if (!isOutcome(outcome)) throw new AnswerError('outcome', 'outcome must be erased, not_found, retained, ...');
  const said: Said = {
    outcome,
    count: outcome === 'not_found' ? 0 : countIn(given.count),
    method: methodIn(given.method),
    until: untilIn(given.until),
    fieldsKept: codesIn('fieldsKept', given.fieldsKept),
    legalBasis: textIn('legalBasis', 'a citation such as `GDPR art. 17(3)(b)`, or a code', given.legalBasis),
    subProcessorsTold: codesIn('subProcessorsTold', given.subProcessorsTold),
    reason: textIn('reason', 'a code: letters, digits and _ . : / ( ) -', given.reason),
    erasedThrough: outcome === 'failed' ? null : reachIn(given.erasedThrough, eraseThrough, now),
  };
  if (outcome === 'erased' && said.method === null) throw new AnswerError('method', 'erased needs its method');
  if (outcome === 'retained' && said.legalBasis === null) {
    throw new AnswerError('legalBasis', 'retained needs the legal basis on which something stays');
  }
  if ((outcome === 'not_notified' || outcome === 'failed') && said.reason === null) {
    throw new AnswerError('reason', `${outcome} needs a reason, a code`);
  }
  return said;
}

const isOutcome = (outcome: unknown): outcome is Said['outcome'] => outcomes.has(outcome);
export const isMethod = (method: unknown): method is ErasureMethod => methods.has(method);
const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

function objectIn(done: unknown): object {
  if (typeof done === 'object' && done !== null) return done;
  throw new AnswerError('outcome', 'erase must return what was done, for example { outcome, count, method }');
}

function countIn(count: unknown): number | null {
  if (isAbsent(count)) return null;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST_RECORDS) return count;
  throw new AnswerError('count', 'count must be a whole number from 0, or null');
}

function methodIn(method: unknown): ErasureMethod | null {
  if (isAbsent(method)) return null;
  if (isMethod(method)) return method;
  throw new AnswerError('method', `method must be one of ${methodNames}`);
}

function untilIn(until: unknown): Date | null {
  if (isAbsent(until)) return null;
  const time = timeOf(until);
  if (time >= EARLIEST && time <= LATEST) return new Date(time);
  throw new AnswerError('until', 'until must be a Date between the years 2000 and 2200, or null');
}

/** Less than ordered would leave the order open; more than there was time for would count as done what never was. */
function reachIn(reach: unknown, eraseThrough: Date, now: Date): Date | null {
  if (isAbsent(reach)) return null;
  const time = timeOf(reach);
  if (time >= Number(eraseThrough) && time <= Math.max(Number(now), Number(eraseThrough))) return new Date(time);
  const shape = 'a Date, not before order.eraseThrough and not after now';
  throw new AnswerError('erasedThrough', `erasedThrough must be ${shape}; leave it out for order.eraseThrough`);
}

/** By shape: a Date may come from another realm. NaN for what is none. */
const timeOf = (value: unknown): number =>
  Object.prototype.toString.call(value) === '[object Date]' ? Number(value) : NaN;

function codesIn(field: 'fieldsKept' | 'subProcessorsTold', values: unknown): readonly string[] {
  if (isAbsent(values)) return [];
  const list: readonly unknown[] = Array.isArray(values) ? values : [null];
  if (list.length > mostAnswerValues) throw new AnswerError(field, `${field} may hold ${mostAnswerValues} at most`);
  return list.map((value) => {
    if (typeof value === 'string' && codeOrWithheld(value) === value) return value;
    throw new AnswerError(field, `${field} must be a list of names without blanks, never values`);
  });
}

function textIn(field: 'legalBasis' | 'reason', shape: string, text: unknown): string | null {
  if (isAbsent(text)) return null;
  const look = field === 'reason' ? codeOrWithheld : citationOrWithheld;
  if (typeof text === 'string' && look(text) === text) return text;
  throw new AnswerError(field, `${field} must be ${shape}; never a text about a person`);
}
