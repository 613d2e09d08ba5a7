/** What is remembered of an erased identifier, and how a later sighting stands to it. */
import type { EventOf } from '@lethe/contracts';

/** How far a case has begun to erase, as its OrderSent events say. */
export interface Erasing {
  /** Null while pending: the case has not begun to erase, or discovery has not heard of it. */
  readonly cutOff: Date | null;
  /** When each system was first ordered: what was reported before that is covered by its order. */
  readonly began: readonly { readonly system: string; readonly at: Date }[];
}

/** What an OrderSent says of it. */
export type Order = Pick<EventOf<'OrderSent'>, 'system' | 'sentAt' | 'eraseThrough'>;

export const notErasing: Erasing = { cutOff: null, began: [] };

/**
 * After an order was heard, in any order and as often as it is told; the first one of each system counts. The same
 * object when it says nothing new.
 */
export function heardOrder<E extends Erasing>(erasing: E, { system, sentAt, eraseThrough }: Order): E {
  const known = erasing.began.find((each) => each.system === system);
  if (erasing.cutOff !== null && known !== undefined && known.at <= sentAt) return erasing;
  const others = erasing.began.filter((each) => each.system !== system);
  const at = known !== undefined && known.at < sentAt ? known.at : sentAt;
  const began = [...others, { system, at }].sort((a, b) => (a.system < b.system ? -1 : 1));
  return { ...erasing, cutOff: erasing.cutOff ?? eraseThrough, began };
}

/**
 * What is remembered of an erased identifier: a keyed hash, so that data which turns up again is known for what it is.
 * One entry per hash and request; a hash may be in several requests.
 */
export interface RegisterEntry extends Erasing {
  /** `<hash>|<requestId>` */
  readonly id: string;
  readonly hash: string;
  readonly requestId: string;
  readonly purpose: 'erasure';
  readonly registeredAt: Date;
}

/**
 * @param hashes `registerHash` of the refs, never a ref
 * @param erasing what the request's location has heard: no further order may come that would tell a new entry
 */
export function registerEntries(
  hashes: readonly string[],
  requestId: string,
  registeredAt: Date,
  { cutOff, began }: Erasing,
): readonly RegisterEntry[] {
  const entry = { requestId, purpose: 'erasure', registeredAt, cutOff, began } as const;
  return [...new Set(hashes)].map((hash) => ({ id: `${hash}|${requestId}`, hash, ...entry }));
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

/** True if an observation joins an identifier that is registered for this request with one that is not. */
export function linksUnregistered(
  { identities }: Pick<EventOf<'SubjectObserved'>, 'identities'>,
  entriesOf: (ref: string) => readonly RegisterEntry[],
  requestId: string,
): boolean {
  const linking = identities.filter(({ links }) => links);
  const known = linking.filter(({ ref }) => entriesOf(ref).some((entry) => entry.requestId === requestId));
  return known.length > 0 && known.length < linking.length;
}
