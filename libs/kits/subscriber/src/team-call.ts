/** A call of the team's code: told of when it lasts, and given up after its limit. */
import type { ErasureOrdered } from '@lethe/contracts';
import type { Workplace } from './workplace.ts';

/** The call has lasted `limitMs`. What it goes on to do nobody hears. */
export class TooLongError extends Error {
  override readonly name = 'TooLongError';
  /** Goes into the answer `failed` as its reason. */
  readonly code = 'erase_too_long';
}

type Place = Pick<Workplace, 'warnAfterMs' | 'limitMs' | 'logger' | 'over'>;

/** @throws TooLongError after the limit, with the call's signal aborted; and whatever the call throws */
export async function callTeam<T>(
  { orderId }: Pick<ErasureOrdered, 'orderId'>,
  { warnAfterMs, limitMs, logger, over }: Place,
  call: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const began = performance.now();
  const limit = new AbortController();
  const tooLong = Promise.withResolvers<never>();
  const warning = setInterval(() => {
    const runningMs = Math.round(performance.now() - began);
    logger.warn({ orderId, runningMs }, "the team's code is still at this order; limitMs would give it up");
  }, warnAfterMs);
  const giveUp = (): void => {
    tooLong.reject(new TooLongError('the call was given up'));
    limit.abort();
  };
  const end = limitMs === null ? undefined : setTimeout(giveUp, limitMs);
  const work = async (): Promise<T> => call(AbortSignal.any([over, limit.signal]));
  try {
    return await Promise.race([work(), tooLong.promise]);
  } finally {
    clearInterval(warning);
    clearTimeout(end);
  }
}
