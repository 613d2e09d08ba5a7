/** An entry as one text, for ledgers that keep it in a column or a field. */
import type { FinalAnswer, LedgerEntry, Run } from './ledger.ts';

/** JSON without any identifier; `entryOf` reads it back. */
export const entryText = ({ orderId, answer, run }: LedgerEntry): string => JSON.stringify({ orderId, answer, run });

type Times<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, string>>;
/** What JSON makes of an entry: its times are texts. */
interface Written {
  readonly orderId: string;
  readonly answer: (Times<FinalAnswer, 'erasedThrough' | 'answeredAt'> & { readonly until: string | null }) | null;
  readonly run: Times<Run, 'aliveUntil'> | null;
}

/** What the ledger holds for an order cannot be read. The message repeats nothing of it. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  /** Stands in the log, and as the reason of the answer `failed`. */
  readonly code = 'ledger_entry_damaged';
}

/** @throws LedgerError when the text is none that `entryText` wrote; the message does not repeat it */
export function entryOf(text: string): LedgerEntry {
  const { orderId, answer, run } = written(text);
  return {
    orderId,
    answer:
      answer === null
        ? null
        : {
            ...answer,
            until: answer.until === null ? null : timeOf(answer.until),
            erasedThrough: timeOf(answer.erasedThrough),
            answeredAt: timeOf(answer.answeredAt),
          },
    run: run === null ? null : { ...run, aliveUntil: timeOf(run.aliveUntil) },
  };
}

function written(text: string): Written {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const isWritten =
    typeof parsed === 'object' &&
    parsed !== null &&
    'orderId' in parsed &&
    typeof parsed.orderId === 'string' &&
    'answer' in parsed &&
    typeof parsed.answer === 'object' &&
    'run' in parsed &&
    typeof parsed.run === 'object';
  if (!isWritten) throw damaged();
  return parsed as Written; // entryText wrote it
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw damaged();
  return time;
}

const damaged = (): LedgerError =>
  new LedgerError('an entry of the ledger is damaged: it is no text that entryText wrote');
