import type { EventOf } from '@lethe/contracts';

/**
 * What is remembered of an erased identifier: a keyed hash, so that data which turns up again is known for what it is.
 * One entry per hash and request; a hash may be in several requests.
 */
export interface RegisterEntry {
  /** `<hash>|<requestId>` */
  readonly id: string;
  readonly hash: string;
  readonly requestId: string;
  readonly purpose: 'erasure';
  readonly registeredAt: Date;
  /** Null while pending: the case has not begun to erase, or discovery has not heard of it. */
  readonly cutOff: Date | null;
  /** When each system was first ordered: what was reported before that is covered by its order. */
  readonly began: readonly { readonly system: string; readonly at: Date }[];
}

/** @param hashes `registerHash` of the refs, never a ref. */
export function registerEntries(
  hashes: readonly string[],
  requestId: string,
  registeredAt: Date,
): readonly RegisterEntry[] {
  const pending = { requestId, purpose: 'erasure', registeredAt, cutOff: null, began: [] } as const;
  return [...new Set(hashes)].map((hash) => ({ id: `${hash}|${requestId}`, hash, ...pending }));
}

/** The entry after an order of its request was sent; the first one of each system counts. */
export function withOrderSent(
  entry: RegisterEntry,
  { system, sentAt, eraseThrough }: Pick<EventOf<'OrderSent'>, 'system' | 'sentAt' | 'eraseThrough'>,
): RegisterEntry {
  const known = entry.began.find((each) => each.system === system);
  const at = known !== undefined && known.at < sentAt ? known.at : sentAt;
  const others = entry.began.filter((each) => each.system !== system);
  const began = [...others, { system, at }].sort((a, b) => (a.system < b.system ? -1 : 1));
  return { ...entry, cutOff: entry.cutOff ?? eraseThrough, began };
}

/**
 * `pending`: let it in, the location is still open to it. `covered`: reported before the system began to erase, so its
 * order reaches it. `after_cut_off`: it came when it should have been gone.
 */
export type Standing = 'pending' | 'covered' | 'after_cut_off';

/** How an observation of a registered ref stands to its erasure. */
export function standingOf(
  entry: RegisterEntry,
  observation: Pick<EventOf<'SubjectObserved'>, 'system' | 'reportedAt'>,
): Standing {
  if (entry.cutOff === null) return 'pending';
  const began = entry.began.find(({ system }) => system === observation.system)?.at ?? entry.cutOff;
  return observation.reportedAt < began ? 'covered' : 'after_cut_off';
}
