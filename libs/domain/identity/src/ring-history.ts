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
  /** Taken out when nothing was left that needed them; the newest first where the order means something. */
  readonly retired: readonly RememberedKey[];
}

/**
 * - `ok`: the history to remember from now on.
 * - else: why this list cannot be meant, one sentence per problem. No key, only ids.
 */
export type RingChange =
  { readonly ok: true; readonly history: RingHistory } | { readonly ok: false; readonly problems: readonly string[] };

/** What the order of the keys means, and what is stored. */
export interface RingUse {
  readonly variable: string;
  /** A new key goes to the front, and nobody changes places. */
  readonly ordered: boolean;
  /** Names move on from each key to the next newer one: none may leave from between two. */
  readonly chained?: boolean;
  /** By the id of a key: how many stored things are not known without it. */
  readonly needed?: ReadonlyMap<string, number>;
  /** What they are, for the sentence that says so. */
  readonly by?: string;
}

export function remembered(ring: KeyRing): readonly RememberedKey[] {
  return [...ring.byId.values()].map((key) => ({ id: key.id, check: checkOf(key) }));
}

export function ringChange(history: RingHistory | null, keys: KeyRing, use: RingUse): RingChange {
  const now = remembered(keys);
  const before = history ?? { ring: [], retired: [] };
  const problems = [
    ...replaced(before, now, use),
    ...(use.ordered ? [...displaced(before, now, use), ...leftTooEarly(before, now, use)] : []),
  ];
  if (problems.length === 0) problems.push(...missing(before, now, use));
  if (problems.length > 0) return { ok: false, problems };

  // A retired key that is still in the list stays retired, since a process may not have been restarted yet; unless
  // something stored is known by it alone: then it is looked up again, whatever was decided before.
  const staysRetired = (key: RememberedKey): boolean =>
    use.ordered && has(before.retired, key) && (use.needed?.get(key.id) ?? 0) === 0;
  const ring = now.filter((key) => !staysRetired(key));
  const retired = [...before.ring, ...before.retired].filter((key) => !has(ring, key));
  return { ok: true, history: { ring, retired } };
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

function replaced({ ring, retired }: RingHistory, now: readonly RememberedKey[], { variable }: RingUse) {
  return now
    .filter(({ id, check }) => [...ring, ...retired].some((key) => key.id === id && key.check !== check))
    .map(({ id }) => `${variable}: ${id} is another key than the ${id} of before; a new key needs a new id`);
}

function displaced({ ring, retired }: RingHistory, now: readonly RememberedKey[], { variable }: RingUse) {
  const kept = idsOf(now.filter((key) => has(ring, key)));
  const asBefore = idsOf(ring.filter((key) => has(now, key)));
  const problems: string[] = [];
  if (kept !== asBefore) problems.push(`${variable}: the order was ${asBefore} and may not change`);
  const front = now.findIndex((key) => has(ring, key));
  for (const [at, key] of now.entries()) {
    if (has(ring, key)) continue;
    const isBehind = front >= 0 && at > front;
    if (has(retired, key) && !isBehind)
      problems.push(`${variable}: ${key.id} was retired and cannot become active again`);
    if (!has(retired, key) && isBehind)
      problems.push(
        `${variable}: ${key.id} is new and stands behind ${now[front]?.id ?? ''}; a new key goes to the front`,
      );
  }
  return problems;
}

/** Keys that others may be making names with at this moment, or that names move on through. */
function leftTooEarly(
  { ring, retired }: RingHistory,
  now: readonly RememberedKey[],
  { variable, chained = false }: RingUse,
) {
  const [active] = ring;
  if (active === undefined) return [];
  const front = now.findIndex((key) => has(ring, key));
  const first = ring.findIndex((key) => key.id === now[front]?.id);
  if (front === 0 && first > 0)
    return [`${variable}: ${idsOf(ring.slice(0, first))} is in use already; put it at the front`];
  if (!has(now, active)) {
    const fresh = now.filter((key) => !has(ring, key) && !has(retired, key));
    const list = idsOf([...fresh, ...ring]);
    return [`${variable}: ${active.id} was active until now and leaves one step later; first ${list} everywhere`];
  }
  const last = ring.findLastIndex((key) => has(now, key));
  const between = chained ? ring.slice(0, last).filter((key) => !has(now, key)) : [];
  return between.map(
    ({ id }) => `${variable}: ${id} cannot leave before the older ones behind it; put it back: ${idsOf(ring)}`,
  );
}

function missing(
  { ring, retired }: RingHistory,
  now: readonly RememberedKey[],
  { variable, needed = new Map(), by = '' }: RingUse,
) {
  const gone = [...needed].filter(([id, count]) => count > 0 && !now.some((key) => key.id === id));
  const strange = gone.filter(([id]) => ![...ring, ...retired].some((key) => key.id === id)).map(([id]) => id);
  const fresh = now.filter((key) => !has(ring, key) && !has(retired, key));
  const known = [...ring, ...retired].filter((key) => has(now, key) || gone.some(([id]) => id === key.id));
  const list = [idsOf([...fresh, ...known]), ...strange].join(', ');
  return gone.map(([id, count]) => `${variable}: ${id} is missing, and ${count} ${by}; put it back: ${list}`);
}

function has(list: readonly RememberedKey[], { id }: RememberedKey): boolean {
  return list.some((key) => key.id === id);
}

function idsOf(list: readonly RememberedKey[]): string {
  return list.map(({ id }) => id).join(', ');
}

function checkOf({ key }: Key): string {
  return createHmac('sha256', key).update('lethe key check', 'utf8').digest('base64url').slice(0, 11);
}
