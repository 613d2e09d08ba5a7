/** Which observations say the same, and what they say together. Repeats are merged, never dropped. */
import type { Emitted } from '@lethe/contracts';
import type { Coalescing } from '@lethe/service';

type Observed = Emitted<'SubjectObserved'>;

export function mergedWithin(windowMs: number): Coalescing<'SubjectObserved'> {
  return { windowMs, key: sameKey, merge };
}

/** The feed decides what links and what establishes, so neither is part of the key. */
export function sameKey({ controller, feed, operation, identities }: Observed): string {
  const [first] = identities;
  const refs =
    identities.length === 1 && first !== undefined
      ? first.ref
      : identities
          .map(({ ref }) => ref)
          .sort()
          .join('|');
  return `${controller}|${feed}|${operation}|${refs}`;
}

export function merge(held: Observed, later: Observed): Observed {
  return {
    ...held,
    earliestOccurredAt: earlier(held.earliestOccurredAt, later.earliestOccurredAt),
    occurredAt: newer(held.occurredAt, later.occurredAt),
    reportedAt: newer(held.reportedAt, later.reportedAt),
  };
}

function earlier(a: Date, b: Date): Date {
  return b < a ? b : a;
}

function newer(a: Date, b: Date): Date {
  return b > a ? b : a;
}
