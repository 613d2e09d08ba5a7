/** What a team brings: its erasing, and what it knows of its own store. */
import type { ErasureMethod, ErasureOrdered } from '@lethe/contracts';
import type { Done } from './done.ts';
import type { LedgerEntry } from './ledger.ts';

export interface Team {
  /** As the catalog names it; the topics of its orders and answers end with it. */
  readonly system: string;
  /**
   * Erases what is held about the order's identifiers up to `order.eraseThrough`, and says what was done.
   *
   * It may take minutes. It may be called again for the same order (after a crash, an error, or with a later cut-off)
   * and then erases what is still there. What it throws is tried again a few times, then answered as `failed`; Lethe
   * sends the order again. It returns `failed` itself to say so at once, when it has erased nothing; when it may have
   * erased a part, it throws.
   *
   * With a ledger of its own that has no `change`, the team writes the entry that `context.record` makes in the same
   * transaction as the erasure, and returns that entry.
   */
  erase(order: ErasureOrdered, context: EraseContext): Answered | Promise<Answered>;
  /**
   * How many records `erase(order)` would treat if it were called now. Asked before the first run and after a run that
   * followed an interrupted one: with it the count in an answer is true whatever was killed, without it such an answer
   * says that it cannot count.
   */
  count?(order: ErasureOrdered): number | Promise<number>;
  /**
   * How the system erases. Needed for the answer when a run was interrupted after it may have erased something, and the
   * next one says `not_found`: without it such an order is answered `failed` (`interrupted_run`).
   */
  readonly method?: ErasureMethod;
}

export type Answered = Done | LedgerEntry;

export interface EraseContext {
  /** The team's time just before it began to look: `erasedThrough` of who erases whatever the time of a row. */
  readonly began: Date;
  /** Aborted when the process has to end and the time to drain is over, and when the call has lasted `limitMs`. */
  readonly signal: AbortSignal;
  /**
   * The ledger's entry for what was done, to be written in the transaction that does it.
   *
   * @param standing what the ledger holds about the order, read in that same transaction; its count is added up
   * @throws AnswerError in the transaction, so that nothing is erased which could not be answered
   */
  readonly record: (done: Done, standing: LedgerEntry | null) => LedgerEntry;
}
