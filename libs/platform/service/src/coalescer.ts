/**
 * Merges repeats, never drops one: the first sighting goes out at once, repeats within its window are held and sent at
 * the window's end. What is held keeps the offset of its oldest record: nothing behind that may be committed. Pure.
 */
export interface Coalescer<E> {
  /** Takes an event in; true when it has to be sent now (a first sighting). */
  take(event: E, offset: number, nowMs: number): boolean;
  /** A first sighting was acknowledged: from now on its repeats are held. */
  acknowledged(event: E, nowMs: number): void;
  /** What must be sent now, because its window is over (or everything); it stays held until `sent`. */
  ripe(nowMs: number, everything: boolean): readonly E[];
  sent(events: readonly E[], nowMs: number): void;
  /** The oldest offset that no acknowledged event represents yet; null when there is none. */
  oldest(): number | null;
  held(): number;
}

export interface CoalescerOptions<E> {
  readonly windowMs: number;
  /** Entries that are remembered at most; beyond it the oldest are forgotten and their repeats go out at once. */
  readonly capacity: number;
  key(event: E): string;
  merge(held: E, later: E): E;
}

interface Held<E> {
  event: E;
  readonly oldest: number;
}

export function coalescer<E>(options: CoalescerOptions<E>): Coalescer<E> {
  const { windowMs, capacity } = options;
  /** Key -> when its window ends; in order of making, so the oldest come first. */
  const windows = new Map<string, number>();
  const waiting = new Map<string, Held<E>>();

  const forgetOldest = (): void => {
    for (const oldKey of windows.keys()) {
      if (windows.size <= capacity) return;
      // A window with something held must stay until that is sent.
      if (!waiting.has(oldKey)) windows.delete(oldKey);
    }
  };

  return {
    take: (event, offset, nowMs) => {
      const name = options.key(event);
      const held = waiting.get(name);
      if (held !== undefined) {
        held.event = options.merge(held.event, event);
        return false;
      }
      if ((windows.get(name) ?? -Infinity) <= nowMs) return true;
      waiting.set(name, { event, oldest: offset });
      return false;
    },
    acknowledged: (event, nowMs) => {
      const name = options.key(event);
      windows.delete(name);
      windows.set(name, nowMs + windowMs);
      if (windows.size > capacity) forgetOldest();
    },
    ripe: (nowMs, everything) =>
      [...waiting]
        .filter(([name]) => everything || (windows.get(name) ?? -Infinity) <= nowMs)
        .map(([, held]) => held.event),
    sent: (events, nowMs) => {
      for (const event of events) {
        const name = options.key(event);
        waiting.delete(name);
        windows.delete(name);
        windows.set(name, nowMs + windowMs);
      }
    },
    oldest: () => {
      let oldest: number | null = null;
      for (const held of waiting.values()) oldest = oldest === null ? held.oldest : Math.min(oldest, held.oldest);
      return oldest;
    },
    held: () => waiting.size,
  };
}
