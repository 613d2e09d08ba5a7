/** How an order ended, for the log and for Lethe. */
import type { ErasureAnswered, ErasureOrdered } from '@lethe/contracts';
import { failedAnswer, finalAnswer } from './answer.ts';
import type { Said } from './done.ts';
import type { FinalAnswer, LedgerEntry } from './ledger.ts';
import type { Answered } from './team.ts';
import type { Workplace } from './workplace.ts';

/** The reason of a `failed` whose cause is only in the team's log. */
export const ERASE_FAILED = 'erase_failed';

export function again(order: ErasureOrdered, answer: FinalAnswer, { logger }: Workplace): ErasureAnswered {
  logger.info({ orderId: order.orderId, outcome: answer.outcome }, 'answered before, so answered again');
  return finalAnswer(order, answer);
}

export function told(order: ErasureOrdered, answer: FinalAnswer, { logger }: Workplace): ErasureAnswered {
  const { outcome, count, method } = answer;
  logger.info({ orderId: order.orderId, outcome, count, method }, 'an order is done');
  return finalAnswer(order, answer);
}

export function failed(order: ErasureOrdered, { reason }: Said, { logger }: Workplace): ErasureAnswered {
  logger.warn({ orderId: order.orderId, reason }, 'the team says that it failed');
  return failedAnswer(order, reason ?? ERASE_FAILED);
}

export const isEntry = (result: Answered): result is LedgerEntry =>
  typeof result === 'object' && (result as object | null) !== null && 'orderId' in result;
