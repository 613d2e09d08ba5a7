/**
 * What a store remembers of the keys that it was written with: their ids, their order and a check of each, never a key.
 * By it a list of keys that would make the store forget somebody is told from a rotation.
 */
import { createHmac } from 'node:crypto';
import type { Key, KeyRing } from './key-ring.ts';

export interface RememberedKey {
  readonly id: string;
  /** A keyed hash of a constant: tells another key of the same id, and says nothing of the key. */
  readonly check: string;
}

export interface RingHistory {
  /** As configured last, the active one first. */
  readonly ring: readonly RememberedKey[];
  /** Taken out when nothing was left that needed them. */
  readonly retired: readonly RememberedKey[];
}

/**
 * - `ok`: the history to remember from now on, once nothing that is stored needs the keys that are `absent`. `ahead` are
 *   newer keys that others have brought and this list does not hold yet: a process that is restarted once more before
 *   its list is changed. Then the history stays as it is.
 * - else: why this list cannot be meant, one sentence per problem. No key, only ids.
 */
export type RingChange =
  | {
      readonly ok: true;
      readonly history: RingHistory;
      readonly absent: readonly string[];
      readonly ahead: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

export function remembered(ring: KeyRing): readonly RememberedKey[] {
  return [...ring.byId.values()].map((key) => ({ id: key.id, check: checkOf(key) }));
}

/** @param ordered the order of the keys means something: a new one goes to the front, and nobody changes places */
export function ringChange(
  history: RingHistory | null,
  keys: KeyRing,
  { variable, ordered }: { readonly variable: string; readonly ordered: boolean },
): RingChange {
  const now = remembered(keys);
  if (history === null) return { ok: true, history: { ring: now, retired: [] }, absent: [], ahead: [] };
  const problems = [...replaced(history, now, variable), ...(ordered ? displaced(history, now, variable) : [])];
  if (problems.length > 0) return { ok: false, problems };

  const isNow = ({ id }: RememberedKey): boolean => now.some((key) => key.id === id);
  const wasRetired = ({ id }: RememberedKey): boolean => history.retired.some((key) => key.id === id);
  const absent = history.ring.filter((key) => !isNow(key));
  const ids = absent.map(({ id }) => id);
  if (!ordered) {
    const retired = [...history.retired.filter((key) => !isNow(key)), ...absent];
    return { ok: true, history: { ring: now, retired }, absent: ids, ahead: [] };
  }
  const ahead = now[0] === undefined ? [] : newerThan(now[0].id, history);
  if (ahead.length > 0) return { ok: true, history, absent: ids, ahead };
  // A retired key that is still, or again, in the list stays retired: a process may not have been restarted yet.
  const ring = now.filter((key) => !wasRetired(key));
  return { ok: true, history: { ring, retired: [...history.retired, ...absent] }, absent: ids, ahead };
}

/**
 * True if a process with these keys finds and makes the names that others find: the history's keys are the first of
 * its own, in that order. Older ones behind them are in no name any more.
 */
export function serves(history: RingHistory, own: readonly RememberedKey[]): boolean {
  return history.ring.every(({ id }, at) => own[at]?.id === id);
}

/** The ring without the keys that were retired: a name is never made or moved on with them. */
export function withoutRetired(ring: KeyRing, { retired }: RingHistory): KeyRing {
  const byId = new Map([...ring.byId].filter(([id]) => !retired.some((key) => key.id === id)));
  const [active] = byId.values();
  if (active === undefined) throw new RangeError('every key of the ring was retired');
  return { active, byId };
}

function newerThan(active: string, { ring }: RingHistory): readonly string[] {
  const at = ring.findIndex(({ id }) => id === active);
  return at < 0 ? [] : ring.slice(0, at).map(({ id }) => id);
}

function replaced(history: RingHistory, now: readonly RememberedKey[], variable: string): readonly string[] {
  const before = [...history.ring, ...history.retired];
  return now
    .filter(({ id, check }) => before.some((key) => key.id === id && key.check !== check))
    .map(({ id }) => `${variable}: ${id} is another key than the ${id} of before; a new key needs a new id`);
}

function displaced({ ring, retired }: RingHistory, now: readonly RememberedKey[], variable: string): readonly string[] {
  const known = (list: readonly RememberedKey[], id: string): boolean => list.some((key) => key.id === id);
  const kept = now.filter(({ id }) => known(ring, id)).map(({ id }) => id);
  const asBefore = ring.map(({ id }) => id).filter((id) => kept.includes(id));
  const problems: string[] = [];
  if (kept.join() !== asBefore.join())
    problems.push(`${variable}: the order was ${asBefore.join(', ')} and may not change`);
  const front = now.findIndex(({ id }) => known(ring, id));
  for (const [at, { id }] of now.entries()) {
    if (known(ring, id)) continue;
    const isBehind = front >= 0 && at > front;
    if (known(retired, id) && !isBehind) problems.push(`${variable}: ${id} was retired and cannot become active again`);
    if (!known(retired, id) && isBehind)
      problems.push(`${variable}: ${id} is new and stands behind ${kept[0] ?? ''}; a new key goes to the front`);
  }
  return problems;
}

function checkOf({ key }: Key): string {
  return createHmac('sha256', key).update('lethe key check', 'utf8').digest('base64url').slice(0, 11);
}
