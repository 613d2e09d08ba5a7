/** Many small calls, few large sends: what waits while one send is on its way goes out together in the next. */
import { decideRetry, type OutgoingRecord, type Producer } from '@lethe/bus';
import { errorFields } from './error-fields.ts';
import { PublishError } from './publish-error.ts';

export interface BatchSenderOptions {
  /** A send takes at most so many records, unless a single call holds more. Default 2,000. */
  readonly mostRecords?: number;
  /** How long a send is repeated before its calls are told, in milliseconds. Default 60,000; Infinity: for ever. */
  readonly giveUpAfterMs?: number;
}

export interface BatchSender {
  /** Resolves when all of them are durable. @throws PublishError `not_sent` */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** Records that are not acknowledged yet. */
  waiting(): number;
}

interface Parcel {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const MOST_RECORDS = 2_000;
const GIVE_UP_AFTER_MS = 60_000;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** In the order of the calls, one send on its way at a time: the next one is gathered meanwhile. */
export function batchSender(
  producer: Pick<Producer, 'send'>,
  { mostRecords = MOST_RECORDS, giveUpAfterMs = GIVE_UP_AFTER_MS }: BatchSenderOptions = {},
): BatchSender {
  const waiting: Parcel[] = [];
  let waitingRecords = 0;
  let working = false;

  const take = (): readonly Parcel[] => {
    let records = 0;
    let parcels = 0;
    for (const parcel of waiting) {
      if (parcels > 0 && records + parcel.records.length > mostRecords) break;
      records += parcel.records.length;
      parcels += 1;
    }
    return waiting.splice(0, parcels);
  };

  const work = async (): Promise<void> => {
    working = true;
    for (let parcels = take(); parcels.length > 0; parcels = take()) {
      const records = parcels.flatMap((parcel) => parcel.records);
      try {
        await persistently(producer, records, giveUpAfterMs);
        for (const { resolve } of parcels) resolve();
      } catch (error) {
        for (const { reject } of parcels) reject(error);
      }
      waitingRecords -= records.length;
    }
    working = false;
  };

  return {
    send(records) {
      if (records.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ records, resolve, reject });
        waitingRecords += records.length;
        if (!working) void work();
      });
    },
    waiting: () => waitingRecords,
  };
}

async function persistently(
  producer: Pick<Producer, 'send'>,
  records: readonly OutgoingRecord[],
  giveUpAfterMs: number,
): Promise<void> {
  const policy = {
    firstDelayMs: FIRST_DELAY_MS,
    maxDelayMs: MAX_DELAY_MS,
    maxAttempts: Infinity,
    maxElapsedMs: giveUpAfterMs,
  };
  const began = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    try {
      await producer.send(records);
      return;
    } catch (cause) {
      const next = decideRetry(policy, attempts, performance.now() - began, Math.random());
      if (next.kind === 'enough') {
        const { error, code = '' } = errorFields(cause);
        const why = `${error} ${code}`.trim();
        const message = `Kafka did not acknowledge ${records.length} records in ${attempts} attempts (${why}): publish them again`;
        throw new PublishError('not_sent', message);
      }
      await new Promise((resolve) => setTimeout(resolve, next.afterMs));
    }
  }
}
