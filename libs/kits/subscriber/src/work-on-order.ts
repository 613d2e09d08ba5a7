/** One order, from the ledger over the team's erasing to its answer; tried again, and in the end said to have failed. */
import { type BusLogger, decideRetry, type RetryPolicy } from '@lethe/bus';
import type { ErasureAnswered, ErasureOrdered } from '@lethe/contracts';
import { failpoint } from '@lethe/failpoint';
import { failedAnswer, finalAnswer } from './answer.ts';
import { AnswerError, type FinalSaid, isFinal, type Said, saidBy } from './done.ts';
import { begun, concluded, isBusy, isDone, type Ledger, type LedgerEntry, renewed, type Run } from './ledger.ts';
import { errorFields } from '@lethe/publisher';
import { waited } from './patience.ts';
import type { Answered, EraseContext, Team } from './team.ts';

export interface Workplace {
  readonly team: Team;
  readonly ledger: Ledger;
  /** Of this start of the subscriber. */
  readonly by: string;
  /** How long a run is taken to live after its last sign of life, in milliseconds. */
  readonly aliveMs: number;
  readonly retry: RetryPolicy;
  readonly logger: BusLogger;
  /** Nothing new is begun. */
  readonly draining: AbortSignal;
  /** What runs must end. */
  readonly over: AbortSignal;
}

const beforeErase = failpoint('subscriber.before-erase');
const afterErase = failpoint('subscriber.after-erase');
const afterLedger = failpoint('subscriber.after-ledger');

const LOOK_AGAIN_MS = 250;
const SIGNS_PER_LIFE = 3;
/** The reason of a `failed` whose cause is only in the team's log. */
const ERASE_FAILED = 'erase_failed';

/** The answer to send; null when the process has to end before there is one. */
export async function workOn(order: ErasureOrdered, place: Workplace): Promise<ErasureAnswered | null> {
  const { orderId } = order;
  const { ledger, logger, draining } = place;
  const began = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await (ledger.change === undefined ? inTheirTransaction(order, place) : inRuns(order, place));
    } catch (error) {
      const fields = { orderId, attempt: attempts, ...errorFields(error) };
      if (error instanceof AnswerError) {
        // The same code would return the same again.
        logger.error({ ...fields, fault: error.fault }, `what erase returned is no answer: ${error.message}`);
        return failedAnswer(order, error.code);
      }
      logger.warn(fields, 'an attempt at an order failed');
      const next = decideRetry(place.retry, attempts, performance.now() - began, Math.random());
      if (next.kind === 'enough') return failedAnswer(order, ERASE_FAILED);
      if (!(await waited(next.afterMs, draining))) return null;
    }
  }
}

/** The team writes the entry in the transaction of the erasure: nothing can come between the two. */
async function inTheirTransaction(order: ErasureOrdered, place: Workplace): Promise<ErasureAnswered> {
  const standing = await place.ledger.find(order.orderId);
  if (isDone(standing, order)) return again(order, standing.answer, place);
  const made = new WeakSet<object>();
  const began = new Date();
  const record: EraseContext['record'] = (done, inTransaction) => {
    const ending = { said: finalSaidBy(done), began, now: new Date(), run: null, left: null };
    const entry = concluded(order, inTransaction, ending);
    made.add(entry);
    return entry;
  };
  beforeErase();
  const result = await place.team.erase(order, { began, signal: place.over, record });
  afterErase();
  if (!isEntry(result)) {
    const said = saidBy(result);
    if (!isFinal(said)) return failed(order, said, place);
    throw new AnswerError('not_recorded', 'write the entry that context.record makes, and return it');
  }
  if (!made.has(result) || result.answer === null) {
    throw new AnswerError('not_recorded', 'return the very entry that context.record made');
  }
  afterLedger();
  return told(order, result.answer, place);
}

/** The ledger is written before and after the erasure, so that a run which was interrupted is known to have begun. */
async function inRuns(order: ErasureOrdered, place: Workplace): Promise<ErasureAnswered | null> {
  const { team, ledger } = place;
  const begin = await beginning(order, place);
  if (begin === null || 'outcome' in begin) return begin;
  const { run, began } = begin;
  const signOfLife = setInterval(() => void stayAlive(order.orderId, run, place), place.aliveMs / SIGNS_PER_LIFE);
  try {
    beforeErase();
    const result = await team.erase(order, { began, signal: place.over, record: notHere });
    afterErase();
    if (isEntry(result)) throw notRecordedHere();
    const said = saidBy(result);
    if (!isFinal(said)) return failed(order, said, place);
    const left = run.number > 1 ? await held(order, team) : null;
    const entry = await changed(ledger, order.orderId, (standing) =>
      concluded(order, standing, { said, began, now: new Date(), run, left }),
    );
    afterLedger();
    if (entry.answer === null) throw new Error('the ledger gave back another entry than was written');
    return told(order, entry.answer, place);
  } finally {
    clearInterval(signOfLife);
  }
}

interface Beginning {
  readonly run: Run;
  readonly began: Date;
}

/** Waits while another process of the team is at it: its answer, if it comes, is the order's. */
async function beginning(order: ErasureOrdered, place: Workplace): Promise<Beginning | ErasureAnswered | null> {
  const { team, ledger, by, logger, draining } = place;
  const { orderId } = order;
  for (let looks = 1; ; looks += 1) {
    const standing = await ledger.find(orderId);
    if (isDone(standing, order)) return again(order, standing.answer, place);
    if (!isBusy(standing, by, new Date())) {
      const began = new Date();
      const count = standing?.run == null ? await held(order, team) : null;
      const mine = { run: null as Run | null };
      await changed(ledger, orderId, (now) => {
        mine.run = null; // a ledger may call this again
        if (now !== null && (isDone(now, order) || isBusy(now, by, new Date()))) return now;
        const next = begun(orderId, now, { by, aliveUntil: lifeFrom(place), held: count });
        mine.run = next.run;
        return next;
      });
      if (mine.run !== null) return { run: mine.run, began };
    }
    if (looks === 1) logger.info({ orderId }, 'another process is at this order, or was until a moment ago');
    if (!(await waited(LOOK_AGAIN_MS, draining))) return null;
  }
}

const lifeFrom = ({ aliveMs }: Workplace): Date => new Date(Date.now() + aliveMs);

async function stayAlive(orderId: string, run: Run, place: Workplace): Promise<void> {
  try {
    await changed(place.ledger, orderId, (standing) =>
      standing === null ? { orderId, answer: null, run } : renewed(standing, run, lifeFrom(place)),
    );
  } catch (error) {
    place.logger.warn({ orderId, ...errorFields(error) }, 'the ledger did not take a sign of life');
  }
}

async function held(order: ErasureOrdered, team: Team): Promise<number | null> {
  if (team.count === undefined) return null;
  const count = await team.count(order);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new AnswerError('count', 'count(order) must give a whole number from 0');
}

function changed(
  ledger: Ledger,
  orderId: string,
  next: (standing: LedgerEntry | null) => LedgerEntry,
): Promise<LedgerEntry> {
  return ledger.change?.(orderId, next) ?? Promise.reject(new Error('the ledger has no change'));
}

const isEntry = (result: Answered): result is LedgerEntry =>
  typeof result === 'object' && (result as object | null) !== null && 'orderId' in result;

function finalSaidBy(done: Parameters<EraseContext['record']>[0]): FinalSaid {
  const said = saidBy(done);
  if (isFinal(said)) return said;
  throw new AnswerError('outcome', 'failed is no answer to record: return it');
}

const notRecordedHere = (): AnswerError =>
  new AnswerError('not_recorded', 'this ledger is written by the kit: return what was done, and record nothing');
const notHere = (): never => {
  throw notRecordedHere();
};

function again(order: ErasureOrdered, answer: Parameters<typeof finalAnswer>[1], { logger }: Workplace) {
  logger.info({ orderId: order.orderId, outcome: answer.outcome }, 'answered before, so answered again');
  return finalAnswer(order, answer);
}

function told(order: ErasureOrdered, answer: Parameters<typeof finalAnswer>[1], { logger }: Workplace) {
  const { outcome, count, method } = answer;
  logger.info({ orderId: order.orderId, outcome, count, method }, 'an order is done');
  return finalAnswer(order, answer);
}

function failed(order: ErasureOrdered, { reason }: Said, { logger }: Workplace): ErasureAnswered {
  logger.warn({ orderId: order.orderId, reason }, 'the team says that it failed');
  return failedAnswer(order, reason ?? ERASE_FAILED);
}
