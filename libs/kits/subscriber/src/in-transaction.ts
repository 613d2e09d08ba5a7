/** An order of a team that writes the entry in the transaction of the erasure: nothing can come between the two. */
import type { ErasureAnswered, ErasureOrdered } from '@lethe/contracts';
import { AnswerError, type Done, type FinalSaid, isFinal, saidBy } from './done.ts';
import { afterErase, afterLedger, beforeErase } from './failpoints.ts';
import { concluded, isDone } from './ledger.ts';
import type { EraseContext } from './team.ts';
import { callTeam } from './team-call.ts';
import { again, failed, isEntry, told } from './tell.ts';
import type { Workplace } from './workplace.ts';

export async function inTheirTransaction(order: ErasureOrdered, place: Workplace): Promise<ErasureAnswered> {
  const standing = await place.ledger.find(order.orderId);
  if (isDone(standing, order)) return again(order, standing.answer, place);
  const made = new WeakSet<object>();
  const began = new Date();
  const record: EraseContext['record'] = (done, inTransaction) => {
    const now = new Date();
    const entry = concluded(order, inTransaction, {
      ...{ said: finalSaidBy(done, order, now), now },
      ...{ run: null, left: null, method: null }, // there is nothing to be interrupted
    });
    made.add(entry);
    return entry;
  };
  beforeErase();
  const result = await callTeam(order, place, (signal) => place.team.erase(order, { began, signal, record }));
  afterErase();
  if (!isEntry(result)) {
    const said = saidBy(result, order, new Date());
    if (!isFinal(said)) return failed(order, said, place);
    throw new AnswerError('not_recorded', 'write the entry that context.record makes, and return it');
  }
  if (!made.has(result) || result.answer === null) {
    throw new AnswerError('not_recorded', 'return the very entry that context.record made');
  }
  afterLedger();
  return told(order, result.answer, place);
}

function finalSaidBy(done: Done, order: ErasureOrdered, now: Date): FinalSaid {
  const said = saidBy(done, order, now);
  if (isFinal(said)) return said;
  throw new AnswerError('outcome', 'failed is no answer to record: return it');
}
