/**
 * What a team remembers of an order, and when an order is done: so that one that is published again is answered again
 * and not erased twice, and so that the answer is true although the process was killed in between. Pure.
 */
import type { ErasureAnswered, ErasureMethod, ErasureOrdered } from '@lethe/contracts';
import { AnswerError, type FinalSaid } from './done.ts';

/** The answer that ends a round, as it was or will be sent. `failed` is none: it is never remembered. */
export type FinalAnswer = FinalSaid & Pick<ErasureAnswered, 'erasedThrough' | 'answeredAt'>;

/** A run of the team's `erase` that has begun; it is taken away by the answer. */
export interface Run {
  /** Whose: of each start of a subscriber another. */
  readonly by: string;
  /** Until then nobody else begins; whoever runs it says again and again that it lives. */
  readonly aliveUntil: Date;
  /** How long it is taken to live after a sign of life, in milliseconds. */
  readonly aliveMs: number;
  /** 1 for the first since the last answer; more means that earlier ones were interrupted, by an error or a crash. */
  readonly number: number;
  /** Records held when the first of them began; null when the team does not count. */
  readonly held: number | null;
}

/** No identifier, and nothing of the rows but their number. */
export interface LedgerEntry {
  /** `<requestId>:<system>:<round>` */
  readonly orderId: string;
  readonly answer: FinalAnswer | null;
  readonly run: Run | null;
}

/** Where entries are kept, durably: an entry that was written is there after a crash of the machine. */
export interface Ledger {
  find(orderId: string): Promise<LedgerEntry | null>;
  /**
   * Replaces the entry by what `next` makes of it, in one transaction, and resolves with what is there then. Left out
   * by a team that writes its entries itself, in the transaction of each erasure. When `next` throws, nothing is written
   * and the promise is rejected with that error.
   */
  change?(orderId: string, next: (standing: LedgerEntry | null) => LedgerEntry): Promise<LedgerEntry>;
  close?(): Promise<void>;
}

type Covered = LedgerEntry & { readonly answer: FinalAnswer };

/**
 * An open order is published again until its answer has arrived, so orders come twice as a matter of course. Who has
 * answered answers the same again; only an order that reaches further than what was erased is worked on again.
 */
export const isDone = (entry: LedgerEntry | null, order: ErasureOrdered): entry is Covered =>
  entry?.answer != null && order.eraseThrough <= entry.answer.erasedThrough;

/** The entry of a run that is about to begin. `held` counts when it is the first: later it may be too late to count. */
export const begun = (orderId: string, standing: LedgerEntry | null, mine: Omit<Run, 'number'>): LedgerEntry => {
  const earlier = standing?.run ?? null;
  const run = { ...mine, number: (earlier?.number ?? 0) + 1, held: earlier === null ? mine.held : earlier.held };
  return { orderId, answer: standing?.answer ?? null, run };
};

/** The run says that it lives; one that somebody else has taken over stays theirs. */
export const renewed = (standing: LedgerEntry, run: Run, aliveUntil: Date): LedgerEntry =>
  isSameRun(standing.run, run) ? { ...standing, run: { ...run, aliveUntil } } : standing;

/**
 * The team said `failed`, so the run erased nothing and leaves no doubt. It stays where there is something to keep: what
 * was held at first, or the doubt about runs before it.
 */
export const gaveUp = (standing: LedgerEntry, run: Run, now: Date): LedgerEntry => {
  if (!isSameRun(standing.run, run)) return standing;
  return { ...standing, run: run.number === 1 && run.held === null ? null : { ...run, aliveUntil: now } };
};

const isSameRun = (one: Run | null, other: Run): boolean => one?.by === other.by && one.number === other.number;

/** How a run ended. */
export interface Ending {
  readonly said: FinalSaid;
  readonly now: Date;
  /** Null where erasure and entry are one transaction: there is nothing to be interrupted. */
  readonly run: Run | null;
  /** Records held after it; asked only when an earlier run was interrupted. Null: the team does not count. */
  readonly left: number | null;
  /** How the team erases, for an answer that has to say so although its last run found nothing. */
  readonly method: ErasureMethod | null;
}

/**
 * The entry with the final answer. What an earlier answer of the same order said is added to, never taken back.
 *
 * @throws AnswerError `interrupted_run` when no final answer would be true
 */
export const concluded = (order: ErasureOrdered, standing: LedgerEntry | null, ending: Ending): LedgerEntry => {
  const { orderId, eraseThrough } = order;
  const { run, now } = ending;
  // Held up for longer than it said it would live, and somebody else has taken the order over.
  const overtaken = run !== null && !isSameRun(standing?.run ?? null, run);
  if (overtaken && isDone(standing, order)) return standing;
  const interrupted = overtaken || (run?.number ?? 1) > 1;
  const said = together(standing?.answer ?? null, interrupted ? withInterrupted(ending) : plain(ending.said));
  // As far as ordered, not as far as the clock: what came after the cut-off was left alone.
  const reached = ending.said.erasedThrough ?? eraseThrough;
  const before = standing?.answer?.erasedThrough ?? reached;
  const erasedThrough = before > reached ? before : reached;
  return { orderId, answer: { ...said, erasedThrough, answeredAt: now }, run: null };
};

const plain = (said: FinalSaid): FinalSaid =>
  said.outcome === 'erased' && said.count === 0 ? nothingFound(said) : said;

const nothingFound = (said: FinalSaid): FinalSaid => ({ ...said, outcome: 'not_found', count: 0, method: null });

/** The code beside an answer whose count an interrupted run has taken with it. */
export const INTERRUPTED = 'interrupted_run';

/** What the last run did, and what the interrupted ones before it must have done. */
function withInterrupted({ said, run, left, method }: Ending): FinalSaid {
  const gone = run === null || run.held === null || left === null ? null : run.held - left;
  const count = countWith(said.count, gone);
  switch (said.outcome) {
    case 'notified':
    case 'not_notified':
      return said;
    case 'retained':
      return { ...said, count };
    case 'erased':
    case 'not_found':
      if (count === 0) return nothingFound(said);
      // Nothing is left now. How much there was may not be known, nor whether there was anything: the count says so, and
      // the code says why. `not_found` would deny what may have been erased a moment before the crash.
      return {
        ...said,
        outcome: 'erased',
        count,
        method: said.method ?? method ?? withoutMethod(),
        reason: said.reason ?? (count === null ? INTERRUPTED : null),
      };
  }
}

/** Rows that came meanwhile can hide what went: then only a number that the team gave itself is believed. */
const countWith = (said: number | null, gone: number | null): number | null =>
  gone === null || (said === null && gone <= 0) ? null : Math.max(said ?? 0, gone);

function withoutMethod(): never {
  const message =
    'an earlier run may have erased something and this one found nothing, so neither erased nor not_found can be said: ' +
    'give the team its `method`; the next order then ends it';
  throw new AnswerError('method', message, INTERRUPTED);
}

/** The answer of an order that was answered before, for less far. */
function together(earlier: FinalAnswer | null, said: FinalSaid): FinalSaid {
  if (earlier === null) return said;
  // That nothing more was found takes nothing back.
  if (said.outcome === 'not_found') return earlier;
  return said.outcome === 'erased' || said.outcome === 'retained'
    ? { ...said, count: sum(earlier.count, said.count) }
    : said;
}

const sum = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;
