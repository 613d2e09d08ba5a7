/** The orders in hand: each is worked on once at a time, however often and wherever it is published. */
import { ContractError, type ErasureAnswered, type ErasureOrdered } from '@lethe/contracts';
import { errorFields } from '@lethe/publisher';
import { failedAnswer } from './answer.ts';
import { afterSend } from './failpoints.ts';
import { workOn } from './work-on-order.ts';
import type { Workplace } from './workplace.ts';

/** What became of one record. */
export interface Task {
  /** Its order is answered, durably, or it was none. */
  readonly isDone: boolean;
  /** It will not change any more; when it is not done, the record has to be heard again. */
  readonly isOver: boolean;
  readonly settled: Promise<void>;
}

export const done: Task = { isDone: true, isOver: true, settled: Promise.resolve() };

export interface OrderDesk {
  take(order: ErasureOrdered, traceparent: string | undefined): Task;
  /** Orders that are worked on, or wait for it. */
  inHand(): number;
  /** Resolves when none is in hand. */
  idle(): Promise<void>;
}

interface Job {
  readonly through: Date;
  readonly task: Task;
}

export type SendAnswer = (answer: ErasureAnswered, traceparent: string | undefined) => Promise<void>;

export function orderDesk(place: Workplace, send: SendAnswer): OrderDesk {
  const jobs = new Map<string, Job>();
  const underWay = new Set<Promise<void>>();

  const answer = async (order: ErasureOrdered, traceparent: string | undefined): Promise<boolean> => {
    try {
      const said = await workOn(order, place);
      if (said === null) return false;
      await send(said, traceparent).catch((error: unknown) => {
        // A ledger that is not the kit's may hold anything.
        if (!(error instanceof ContractError)) throw error;
        place.logger.error(
          { orderId: order.orderId, code: error.code },
          `what the ledger holds is no answer: ${error.message}`,
        );
        return send(failedAnswer(order, 'answer_not_valid'), traceparent);
      });
      afterSend();
      return true;
    } catch (error) {
      place.logger.error({ orderId: order.orderId, ...errorFields(error) }, 'an answer could not be sent');
      return false;
    }
  };

  const start = (order: ErasureOrdered, traceparent: string | undefined, before: Promise<void>): Job => {
    const state = { isDone: false, isOver: false };
    const settled = before.then(async () => {
      state.isDone = await answer(order, traceparent);
      state.isOver = true;
      underWay.delete(settled);
      if (jobs.get(order.orderId) === job) jobs.delete(order.orderId);
    });
    const job: Job = { through: order.eraseThrough, task: Object.assign(state, { settled }) };
    underWay.add(settled);
    jobs.set(order.orderId, job);
    return job;
  };

  return {
    take(order, traceparent) {
      const current = jobs.get(order.orderId);
      // One answer serves both, unless this one reaches further: then it is worked on when the other is done.
      if (current !== undefined && order.eraseThrough <= current.through) return current.task;
      return start(order, traceparent, current?.task.settled ?? Promise.resolve()).task;
    },
    inHand: () => underWay.size,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
