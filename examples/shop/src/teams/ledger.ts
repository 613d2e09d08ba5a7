/** When an order is done already: the ledger of answers by order id, so that a repeated order is not erased twice. */
import type { ErasureAnswered, ErasureMethod, ErasureOrdered } from '@lethe/contracts';

/** What a team keeps of an answered order: no identifier, and nothing of the rows but their number. */
export interface LedgerEntry {
  readonly orderId: string;
  /** Erased under this order so far. */
  readonly rows: number;
  /** The team's time just before it began to look, not before the order's cut-off. */
  readonly erasedThrough: Date;
  readonly answeredAt: Date;
}

/**
 * An open order is published again until its answer has arrived, so teams see orders twice as a matter of course. Who
 * has answered answers the same again; only an order that reaches further than what was erased is worked on again.
 */
export const isDone = (entry: LedgerEntry | null, order: ErasureOrdered): entry is LedgerEntry =>
  entry !== null && order.eraseThrough <= entry.erasedThrough;

/** The entry that erasing `rows` more rows makes. `began`: the team's time just before it looked. */
export const entryFor = (
  order: ErasureOrdered,
  earlier: LedgerEntry | null,
  rows: number,
  began: Date,
  now: Date,
): LedgerEntry => ({
  orderId: order.orderId,
  rows: (earlier?.rows ?? 0) + rows,
  erasedThrough: began < order.eraseThrough ? order.eraseThrough : began,
  answeredAt: now,
});

/** The final answer that the ledger holds. */
export const finalAnswer = (order: ErasureOrdered, entry: LedgerEntry, method: ErasureMethod): ErasureAnswered => ({
  ...blank(order),
  outcome: entry.rows > 0 ? 'erased' : 'not_found',
  count: entry.rows,
  method: entry.rows > 0 ? method : null,
  erasedThrough: entry.erasedThrough,
  answeredAt: entry.answeredAt,
});

/** Not final and never in the ledger: Lethe keeps the order open and sends it again. */
export const failedAnswer = (order: ErasureOrdered, reason: string, now: Date): ErasureAnswered => ({
  ...blank(order),
  outcome: 'failed',
  count: null,
  method: null,
  reason,
  erasedThrough: order.eraseThrough,
  answeredAt: now,
});

const blank = ({ orderId, requestId }: ErasureOrdered) => ({
  orderId,
  requestId,
  until: null,
  fieldsKept: [],
  legalBasis: null,
  subProcessorsTold: [],
  reason: null,
});
