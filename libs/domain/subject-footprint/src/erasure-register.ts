/** What is remembered of an erased identifier, and how a later sighting stands to it. */
import type { EventOf } from '@lethe/contracts';
import type { RegisterName } from '@lethe/identity';
import { namesOf, type NamedIdentity } from './alias.ts';
import { earlier } from './day.ts';

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
export interface RegisterEntry extends Erasing, RegisterName {
  /** `<hash>|<requestId>` */
  readonly id: string;
  /** The peppers under whose names the same identifier is registered for this request, too. */
  readonly alsoUnder?: readonly string[];
  readonly requestId: string;
  readonly purpose: 'erasure';
  readonly registeredAt: Date;
}

/** What identifiers are registered as: each under all its names. @param nameOf of a ref, in the register */
export function registeredNames(
  identifiers: readonly Pick<NamedIdentity, 'ref' | 'aliases'>[],
  nameOf: (ref: string) => RegisterName,
): readonly (RegisterName & Pick<RegisterEntry, 'alsoUnder'>)[] {
  return identifiers.flatMap((identifier) => {
    const names = namesOf(identifier).map(nameOf);
    if (names.length === 1) return names;
    return names.map((name) => {
      const alsoUnder = names.filter((other) => other !== name).map(({ pepper }) => pepper);
      return { ...name, alsoUnder };
    });
  });
}

/**
 * @param names of the refs, never a ref
 * @param erasing what the request's location has heard: no further order may come that would tell a new entry
 */
export function registerEntries(
  names: readonly (RegisterName & Pick<RegisterEntry, 'alsoUnder'>)[],
  requestId: string,
  registeredAt: Date,
  { cutOff, began }: Erasing,
): readonly RegisterEntry[] {
  const entry = { requestId, purpose: 'erasure', registeredAt, cutOff, began } as const;
  const distinct = [...new Map(names.map((name) => [name.hash, name])).values()];
  return distinct.map((name) => ({ id: entryId(name, requestId), ...name, ...entry }));
}

/** The entry under its ref's name of a newer key; what it remembers stays. */
export function renamedEntry(entry: RegisterEntry, name: RegisterName): RegisterEntry {
  return { ...entry, ...name, id: entryId(name, entry.requestId) };
}

/** Two entries of one name and request, made under different keys at first, know what either knew. */
export function mergeEntries(one: RegisterEntry, other: RegisterEntry): RegisterEntry {
  const cutOff = one.cutOff ?? other.cutOff;
  const began = other.began.reduce<Erasing>(
    (known, { system, at }) => heardOrder(known, { system, sentAt: at, eraseThrough: cutOff ?? at }),
    { cutOff, began: one.began },
  ).began;
  const alsoUnder = [...new Set([...(one.alsoUnder ?? []), ...(other.alsoUnder ?? [])])];
  const registeredAt = earlier(one.registeredAt, other.registeredAt);
  return { ...one, cutOff, began, registeredAt, ...(alsoUnder.length > 0 && { alsoUnder }) };
}

function entryId({ hash }: RegisterName, requestId: string): string {
  return `${hash}|${requestId}`;
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
