import type { Db } from 'mongodb';

/** A record whose time has come, claimed for a while so that only one process works on it. */
export interface Due {
  readonly id: string;
  /** The database's time at the claim: the time to decide with. */
  readonly at: Date;
}

const CLAIM_MS = 15_000;
/** A process whose clock is further off than this is not ready (docs/bus.md says 30 s). */
const CLOCK_TOLERANCE_MS = 60_000;

/** One index serves the question "whose time has come?". */
export async function indexDue(db: Db, collection: string, dueAt: string): Promise<void> {
  await db.collection(collection).createIndex({ [`state.${dueAt}`]: 1 }, { name: 'due', sparse: true }, {});
}

/**
 * Claims the record that has been due longest, by the database's clock. The claim is for quiet, not for safety: it
 * does not move the version, and writing the record ends it.
 */
export async function claimDue(db: Db, collection: string, dueAt: string): Promise<Due | null> {
  const claimed = await db.collection<{ _id: string; claimedAt?: Date }>(collection).findOneAndUpdate(
    {
      // The index serves this bound by our clock, generously; the database's clock then decides.
      [`state.${dueAt}`]: { $lte: new Date(Date.now() + CLOCK_TOLERANCE_MS) },
      $expr: {
        $and: [
          { $lte: [`$state.${dueAt}`, '$$NOW'] },
          { $lte: [{ $ifNull: ['$claimedUntil', new Date(0)] }, '$$NOW'] },
        ],
      },
    },
    [{ $set: { claimedAt: '$$NOW', claimedUntil: { $add: ['$$NOW', CLAIM_MS] } } }],
    { sort: { [`state.${dueAt}`]: 1 }, returnDocument: 'after', projection: { claimedAt: 1 } },
  );
  return claimed?.claimedAt === undefined ? null : { id: claimed._id, at: claimed.claimedAt };
}
