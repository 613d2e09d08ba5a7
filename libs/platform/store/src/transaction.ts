import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientSession, MongoError, WriteConcern } from 'mongodb';
import { failpoint } from '@lethe/failpoint';
import type { Store } from './connect.ts';
import { isDuplicateKey, isPassing, StoreError } from './errors.ts';

export interface TransactionOptions {
  /** How long attempts go on, in milliseconds. Longer than a killed process's transaction blocks (14-15 s were measured). */
  readonly withinMs?: number;
  /** Called before each further attempt; throws to give up (a lost partition). */
  readonly alive?: () => Promise<void>;
}

const WITHIN_MS = 25_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

const beforeCommit = failpoint('store.before-commit');
const afterCommit = failpoint('store.after-commit');

/**
 * Runs the body in one transaction (snapshot, majority), again after passing errors until the time is over. Our own
 * loop, because the driver's withTransaction repeats a duplicate key without end and knows nothing of heartbeats.
 *
 * @throws StoreError `conflict` when the body meets a duplicate key or throws it: the caller reads again and decides again.
 * @throws StoreError `commit_unknown` when the outcome stayed unknown, `too_long` when time is over.
 */
export async function transact<T>(
  store: Store,
  body: (session: ClientSession) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const deadline = performance.now() + (options.withinMs ?? WITHIN_MS);
  for (let attempt = 0; ; attempt += 1) {
    const session = store.client.startSession();
    try {
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: new WriteConcern('majority', undefined, true),
      });
      const result = await body(session);
      beforeCommit();
      await commit(session, deadline);
      afterCommit();
      return result;
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined); // the server ends it anyway
      if (isDuplicateKey(error)) {
        throw new StoreError('conflict', 'a document that was to be inserted is there already', { cause: error });
      }
      if (error instanceof StoreError || !isPassing(error)) throw error;
      if (performance.now() > deadline) {
        throw new StoreError('too_long', `no attempt of ${attempt + 1} succeeded in time`, { cause: error });
      }
    } finally {
      await session.endSession();
    }
    await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    await options.alive?.();
  }
}

/** A commit may be repeated as often as one likes: the server answers with what became of it. */
async function commit(session: ClientSession, deadline: number): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (!(error instanceof MongoError) || !error.hasErrorLabel('UnknownTransactionCommitResult')) throw error;
      if (performance.now() > deadline) {
        throw new StoreError('commit_unknown', 'the server did not say whether the transaction was committed', {
          cause: error,
        });
      }
      await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));
    }
  }
}
