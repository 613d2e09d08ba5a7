/** Hands out what was captured: the next ones in order, or all of a key. Pure. */
export interface Captured<T> {
  next(count: number): readonly T[];
  of(key: string): readonly T[];
}

export function captured<T>(items: readonly T[], keyOf: (item: T) => string): Captured<T> {
  let at = 0;
  let byKey: Map<string, T[]> | null = null;
  const keyed = (): ReadonlyMap<string, readonly T[]> => {
    if (byKey !== null) return byKey;
    byKey = new Map();
    for (const item of items) {
      const key = keyOf(item);
      const mine = byKey.get(key);
      if (mine === undefined) byKey.set(key, [item]);
      else mine.push(item);
    }
    return byKey;
  };
  return {
    next: (count) => {
      const taken = items.slice(at, at + count);
      at += taken.length;
      return taken;
    },
    of: (key) => keyed().get(key) ?? [],
  };
}

/** `<case>:<system>:<round>` is an order's key, everything else of a case is keyed by the case. */
export const caseOf = (key: string): string => key.split(':', 1)[0] ?? key;
