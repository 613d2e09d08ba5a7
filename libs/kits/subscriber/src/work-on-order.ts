/** One order, from the ledger over the team's erasing to its answer; tried again, and in the end said to have failed. */
import { decideRetry } from '@lethe/bus';
import type { ErasureAnswered, ErasureOrdered } from '@lethe/contracts';
import { errorFields } from '@lethe/publisher';
import { failedAnswer } from './answer.ts';
import { AnswerError } from './done.ts';
import { inRuns } from './in-runs.ts';
import { inTheirTransaction } from './in-transaction.ts';
import { LedgerError } from './ledger-text.ts';
import { lifeWatch } from './life-watch.ts';
import { waited } from './patience.ts';
import { TooLongError } from './team-call.ts';
import { ERASE_FAILED } from './tell.ts';
import type { Workplace } from './workplace.ts';

const LOOK_AGAIN_MS = 250;

/** The answer to send; null when the process has to end before there is one. */
export async function workOn(order: ErasureOrdered, place: Workplace): Promise<ErasureAnswered | null> {
  const { orderId } = order;
  const { places, logger, draining } = place;
  const watch = lifeWatch(place.by);
  const began = performance.now();
  let [attempts, hasToldOfOthers] = [0, false];
  for (;;) {
    if (!(await places.enter())) return null;
    let afterMs = LOOK_AGAIN_MS;
    try {
      const answer = await (place.ledger.change === undefined
        ? inTheirTransaction(order, place)
        : inRuns(order, place, watch));
      if (answer !== 'busy') return answer;
      if (!hasToldOfOthers) logger.info({ orderId }, 'another process is at this order, or was until a moment ago');
      hasToldOfOthers = true;
    } catch (error) {
      attempts += 1;
      const why = noUseToRepeat(order, error, place);
      if (why !== null) return failedAnswer(order, why);
      logger.warn({ orderId, attempt: attempts, ...errorFields(error) }, 'an attempt at an order failed');
      const next = decideRetry(place.retry, attempts, performance.now() - began, Math.random());
      if (next.kind === 'enough') return failedAnswer(order, ERASE_FAILED);
      afterMs = next.afterMs;
    } finally {
      places.leave();
    }
    if (!(await waited(afterMs, draining))) return null;
  }
}

/** The code of a failure that would be the same again at once, or null. */
function noUseToRepeat({ orderId }: ErasureOrdered, error: unknown, { logger, limitMs }: Workplace): string | null {
  if (error instanceof AnswerError) {
    const fields = { orderId, fault: error.fault, ...errorFields(error) };
    logger.error(fields, `what erase returned is no answer: ${error.message}`);
    return error.code;
  }
  if (error instanceof LedgerError) {
    logger.error({ orderId, ...errorFields(error) }, `${error.message}: repair it or take it out of the ledger`);
    return error.code;
  }
  if (error instanceof TooLongError) {
    logger.error({ orderId, limitMs, ...errorFields(error) }, "the team's code was given up, as limitMs says");
    return error.code;
  }
  return null;
}
