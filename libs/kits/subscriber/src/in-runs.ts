/** An order whose erasure stands between two entries of the ledger, so that a run which was interrupted is known. */
import { errorFields } from '@lethe/publisher';
import type { ErasureAnswered, ErasureOrdered } from '@lethe/contracts';
import { AnswerError, isFinal, saidBy } from './done.ts';
import { afterErase, afterLedger, beforeErase } from './failpoints.ts';
import { begun, concluded, gaveUp, isDone, type Ledger, type LedgerEntry, renewed, type Run } from './ledger.ts';
import type { LifeWatch } from './life-watch.ts';
import { callTeam } from './team-call.ts';
import { again, failed, isEntry, told } from './tell.ts';
import type { Workplace } from './workplace.ts';

const SIGNS_PER_LIFE = 3;

/** `busy`: another process of the team is at it, and its answer, if it comes, is the order's. */
export async function inRuns(
  order: ErasureOrdered,
  place: Workplace,
  watch: LifeWatch,
): Promise<ErasureAnswered | 'busy'> {
  const { team, ledger, aliveMs } = place;
  const { orderId } = order;
  const begin = await beginning(order, place, watch);
  if (begin === 'busy' || 'outcome' in begin) return begin;
  const { run, began } = begin;
  const signOfLife = setInterval(() => void stayAlive(orderId, run, place), aliveMs / SIGNS_PER_LIFE);
  try {
    beforeErase();
    const result = await callTeam(order, place, (signal) => team.erase(order, { began, signal, record: notHere }));
    afterErase();
    if (isEntry(result)) throw notRecordedHere();
    const said = saidBy(result, order, new Date());
    if (!isFinal(said)) {
      await giveUp(orderId, run, place);
      return failed(order, said, place);
    }
    const left = run.number > 1 ? await held(order, place) : null;
    const entry = await changed(ledger, orderId, (standing) =>
      concluded(order, standing, { said, now: new Date(), run, left, method: team.method ?? null }),
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

async function beginning(
  order: ErasureOrdered,
  place: Workplace,
  watch: LifeWatch,
): Promise<Beginning | ErasureAnswered | 'busy'> {
  const { ledger, by, aliveMs } = place;
  const { orderId } = order;
  const isBusy = (entry: LedgerEntry | null): boolean => watch.isBusy(entry, new Date(), performance.now());
  const standing = await ledger.find(orderId);
  if (isDone(standing, order)) return again(order, standing.answer, place);
  if (isBusy(standing)) return 'busy';
  const began = new Date();
  const count = standing?.run == null ? await held(order, place) : null;
  const mine = { run: null as Run | null };
  const entry = await changed(ledger, orderId, (now) => {
    mine.run = null; // a ledger may call this again
    if (now !== null && (isDone(now, order) || isBusy(now))) return now;
    const next = begun(orderId, now, { by, aliveUntil: lifeFrom(place), aliveMs, held: count });
    mine.run = next.run;
    return next;
  });
  if (mine.run !== null) return { run: mine.run, began };
  return isDone(entry, order) ? again(order, entry.answer, place) : 'busy';
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

async function giveUp(orderId: string, run: Run, place: Workplace): Promise<void> {
  try {
    await changed(place.ledger, orderId, (standing) =>
      gaveUp(standing ?? { orderId, answer: null, run: null }, run, new Date()),
    );
  } catch (error) {
    place.logger.warn({ orderId, ...errorFields(error) }, 'the ledger did not take the end of a run');
  }
}

async function held(order: ErasureOrdered, place: Workplace): Promise<number | null> {
  const { team } = place;
  if (team.count === undefined) return null;
  const count = await callTeam(order, place, () => team.count?.(order));
  if (count !== undefined && Number.isSafeInteger(count) && count >= 0) return count;
  throw new AnswerError('count', 'count(order) must give a whole number from 0');
}

const changed = (
  ledger: Ledger,
  orderId: string,
  next: (standing: LedgerEntry | null) => LedgerEntry,
): Promise<LedgerEntry> => ledger.change?.(orderId, next) ?? Promise.reject(new Error('the ledger has no change'));

const notRecordedHere = (): AnswerError =>
  new AnswerError('not_recorded', 'this ledger is written by the kit: return what was done, and record nothing');
const notHere = (): never => {
  throw notRecordedHere();
};
