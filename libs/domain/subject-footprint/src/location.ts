/** The location of one request: what was found so far, what is said about it, and when it is complete. */
import type { Decider, Emitted } from '@lethe/contracts';
import { hear, needOf, type Barrier, type BarrierFact, type BarrierNeed } from './barrier.ts';
import { heardOrder, notErasing, type Erasing, type Order } from './erasure-register.ts';
import { addsIdentifier, addsSystem, mergeFound, newNames, type Found } from './found.ts';

/** The location of one request's subject. The record's id is the request's. */
export interface LocationState {
  /**
   * `locating` while the barrier stands: the poller serves these. `complete` when it is done. Growth raises it again,
   * also after completion was told; `completedAt` says whether it was. `capped`: the barrier stood, but there is more
   * than may be told, so it stays incomplete and its case open until a person has reviewed it (which comes with the
   * lifecycle of cases). `unheard` and `ended` may know orders of a request that was not heard of: topics have no order
   * among them.
   */
  readonly state: 'unheard' | 'locating' | 'complete' | 'capped' | 'ended';
  readonly requestId: string | null;
  readonly controller: string | null;
  readonly barrier: Barrier | null;
  /** Counts the barrier's moves, so that a fact which was read for an earlier one is not taken for this one's. */
  readonly turn: number;
  /** Of the newest SubjectLocated. */
  readonly increment: number;
  /** Everything known; emptied when the location ends. */
  readonly found: Found;
  readonly beganAt: Date | null;
  /** Since when it owes an answer: its beginning, or what raised it again after it was complete. */
  readonly openSince: Date | null;
  /** When SubjectLocated first said that it is complete; every later one says so too. */
  readonly completedAt: Date | null;
  /** What its case's orders said: refs that are found later are registered with it. */
  readonly erasing: Erasing;
}

/** A request was accepted and its component was walked; its refs are registered in the same transaction. */
export interface BeginLocation {
  readonly type: 'BeginLocation';
  readonly requestId: string;
  readonly controller: string;
  readonly found: Found;
}

/** What the barrier needed, read after the record was seen at this turn. */
export interface HearBarrier {
  readonly type: 'HearBarrier';
  readonly turn: number;
  readonly fact: BarrierFact;
}

/** The walk that the barrier needed, in a snapshot that is younger than the record's turn. */
export interface WalkAgain {
  readonly type: 'WalkAgain';
  readonly turn: number;
  readonly found: Found;
}

/** An observation of a pending ref came in: what a walk finds with it. */
export interface NoteGrowth {
  readonly type: 'NoteGrowth';
  readonly found: Found;
}

/** The case has ordered a system to erase. */
export interface NoteOrderSent extends Order {
  readonly type: 'NoteOrderSent';
}

/** The case is closed: the location has no further use for what it knows. */
export interface EndLocation {
  readonly type: 'EndLocation';
}

export type LocationCommand = BeginLocation | HearBarrier | WalkAgain | NoteGrowth | NoteOrderSent | EndLocation;

export type LocationNote =
  | { readonly event: 'LocationBegan'; readonly requestId: string; readonly controller: string; readonly beganAt: Date }
  | { readonly event: 'SubjectFound'; readonly found: Found }
  | { readonly event: 'BarrierMoved'; readonly barrier: Barrier }
  | { readonly event: 'OrderHeard'; readonly order: Order }
  | { readonly event: 'LocationEnded' };

export type LocationEvent = Emitted<'SubjectLocated'> | LocationNote;

const nothing: Found = { identifiers: [], footprints: [], capped: false };
const initial: LocationState = {
  state: 'unheard',
  requestId: null,
  controller: null,
  barrier: null,
  turn: 0,
  increment: 0,
  found: nothing,
  beganAt: null,
  openSince: null,
  completedAt: null,
  erasing: notErasing,
};

/** Register what is known, wait for what was published before, walk again, until nothing more is found. */
export const subjectLocation: Decider<LocationState, LocationCommand, LocationEvent> = { initial, decide, evolve };

/** What the poller is to read for this record, and the turn to say it with; null when it needs nothing. */
export function barrierNeed(
  state: LocationState,
): { readonly turn: number; readonly need: Exclude<BarrierNeed, 'nothing'> } | null {
  const need = state.barrier === null ? 'nothing' : needOf(state.barrier);
  return need === 'nothing' ? null : { turn: state.turn, need };
}

function decide(state: LocationState, command: LocationCommand, now: Date): readonly LocationEvent[] {
  switch (command.type) {
    case 'BeginLocation':
      return begin(state, command, now);
    case 'HearBarrier':
      return hearBarrier(state, command);
    case 'WalkAgain':
      return walkAgain(state, command, now);
    case 'NoteGrowth':
      return isOpen(state) ? grown(state, command.found, now) : [];
    case 'NoteOrderSent':
      return noteOrder(state, command);
    case 'EndLocation':
      return state.state === 'ended' ? [] : [{ event: 'LocationEnded' }];
  }
}

/** True while the location takes in what is found; before and after that it keeps no identifier. */
export function isOpen({ state }: Pick<LocationState, 'state'>): boolean {
  return state === 'locating' || state === 'complete' || state === 'capped';
}

/** True until its request was accepted: then its refs are registered. */
export function isToBegin({ beganAt }: Pick<LocationState, 'beganAt'>): boolean {
  return beganAt === null;
}

function begin(state: LocationState, { requestId, controller, found }: BeginLocation, now: Date): LocationEvent[] {
  if (!isToBegin(state)) return [];
  const began: LocationEvent = { event: 'LocationBegan', requestId, controller, beganAt: now };
  // Its case was closed before it was heard of (a MongoDB restored behind Kafka): nobody waits for it.
  if (state.state === 'ended') return [began];
  const all = mergeFound(nothing, found);
  return [
    began,
    { event: 'SubjectFound', found: all },
    located({ ...state, requestId }, all, false, now),
    { event: 'BarrierMoved', barrier: { phase: 'reading_feed_ends' } },
  ];
}

function hearBarrier({ barrier, turn }: LocationState, command: HearBarrier): readonly LocationEvent[] {
  if (barrier === null || command.turn !== turn) return [];
  const moved = hear(barrier, command.fact);
  return moved === barrier ? [] : [{ event: 'BarrierMoved', barrier: moved }];
}

function walkAgain(state: LocationState, { turn, found }: WalkAgain, now: Date): readonly LocationEvent[] {
  if (!isOpen(state)) return [];
  const conclusive = state.barrier?.phase === 'walking' && state.turn === turn;
  const all = mergeFound(state.found, found);
  if (!conclusive || widens(state.found, all)) return grown(state, found, now);
  const done: LocationEvent = { event: 'BarrierMoved', barrier: { phase: all.capped ? 'capped' : 'complete' } };
  if (all.capped || state.completedAt !== null) return [...grown(state, found, now), done];
  return [{ event: 'SubjectFound', found: all }, located(state, all, true, now), done];
}

/**
 * A further increment if an identifier or a system is new. A new identifier was not registered while the barrier stood,
 * and a transaction that had begun before does not see it registered: the barrier begins again. A location that was
 * complete stays so (whatever was owed is in it), and what is new is told all the same. Only one that turns out to be
 * larger than may be told is complete no more.
 */
function grown(state: LocationState, found: Found, now: Date): readonly LocationEvent[] {
  const all = mergeFound(state.found, found);
  const wider = widens(state.found, all);
  if (!wider && !addsSystem(state.found, all)) {
    // A further name of a known identifier is nothing to tell anybody, and nothing to wait for: whoever sees it under
    // the new name sees it under the known one too.
    return newNames(state.found, all).length > 0 ? [{ event: 'SubjectFound', found: all }] : [];
  }
  return [
    { event: 'SubjectFound', found: all },
    located(state, all, state.completedAt !== null && !all.capped, now),
    ...(wider ? [{ event: 'BarrierMoved' as const, barrier: { phase: 'reading_feed_ends' as const } }] : []),
  ];
}

/** `all` holds an identifier more, or there is one more than it can hold. */
function widens(known: Found, all: Found): boolean {
  return addsIdentifier(known, all) || (all.capped && !known.capped);
}

function noteOrder({ erasing }: LocationState, { system, sentAt, eraseThrough }: NoteOrderSent): LocationEvent[] {
  const order = { system, sentAt, eraseThrough };
  return heardOrder(erasing, order) === erasing ? [] : [{ event: 'OrderHeard', order }];
}

function located(state: LocationState, found: Found, complete: boolean, now: Date): LocationEvent {
  const { requestId } = state;
  if (requestId === null) throw new RangeError('a location that was not begun has nothing to tell');
  const { footprints } = found;
  const identifiers = found.identifiers.map(({ type, ref, sealed }) => ({ type, ref, sealed }));
  const increment = state.increment + 1;
  return { event: 'SubjectLocated', requestId, increment, identifiers, footprints, complete, locatedAt: now };
}

function evolve(state: LocationState, event: LocationEvent): LocationState {
  switch (event.event) {
    case 'LocationBegan': {
      const { requestId, controller, beganAt } = event;
      const ended = state.state === 'ended';
      return { ...state, state: ended ? 'ended' : 'locating', requestId, controller, beganAt, openSince: beganAt };
    }
    case 'SubjectFound':
      return { ...state, found: event.found };
    case 'SubjectLocated': {
      const { increment, complete, locatedAt } = event;
      const openSince = state.state === 'complete' ? locatedAt : state.openSince;
      return { ...state, increment, openSince, completedAt: complete ? (state.completedAt ?? locatedAt) : null };
    }
    case 'BarrierMoved': {
      const { barrier } = event;
      const { phase } = barrier;
      const reached = phase === 'complete' || phase === 'capped' ? phase : 'locating';
      return { ...state, state: reached, barrier, turn: state.turn + 1 };
    }
    case 'OrderHeard':
      return { ...state, erasing: heardOrder(state.erasing, event.order) };
    case 'LocationEnded':
      return { ...state, state: 'ended', barrier: null, found: nothing };
  }
}
