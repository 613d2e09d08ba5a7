import { describe, expect, it } from '@jest/globals';
import type { Emitted } from '@lethe/contracts';
import fc from 'fast-check';
import { merge, mergedWithin, sameKey } from './coalescing.ts';
import { customer, email, givenIntake, givenUserEvent } from './intake.given.ts';
import { observe } from './handlers/user-event.ts';

const seed = Number(process.env['LETHE_SEED'] ?? Date.now() % 2 ** 31);
const intake = givenIntake();

type Observed = Emitted<'SubjectObserved'>;

function observed(changes: Parameters<typeof givenUserEvent>[0], appendedAt = intake.appendedAt): Observed {
  const outcome = observe(givenUserEvent(changes), { ...intake, appendedAt });
  if ('drop' in outcome) throw new Error('dropped');
  return outcome.pass;
}

describe('observations that say the same', () => {
  it('are told by controller, feed, operation and the set of refs', () => {
    const one = sameKey(observed({}));
    expect(sameKey(observed({ eventId: 'e-2', occurredAt: new Date(0) }))).toBe(one);
    expect(sameKey(observed({ identities: [email('ADA@example.com'), customer('c-1')] }))).toBe(one);
    const others = [
      observed({ controller: 'globex' }),
      observed({ dataset: 'calls' }),
      observed({ operation: 'delete' }),
      observed({ identities: [customer('c-1')] }),
      observed({ identities: [customer('c-2'), email('ada@example.com')] }),
    ].map(sameKey);
    expect(new Set([one, ...others]).size).toBe(6);
  });

  it(`span their times together, in whatever order they come (seed ${seed})`, () => {
    const day = 86_400_000;
    const times = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(times, (days) => {
        const all = days.map((at) => observed({ occurredAt: new Date(at * day) }, new Date((at + 1) * day)));
        const [first, ...rest] = all;
        if (first === undefined) return;
        const merged = rest.reduce(merge, first);
        expect(merged.earliestOccurredAt).toEqual(new Date(Math.min(...days) * day));
        expect(merged.occurredAt).toEqual(new Date(Math.max(...days) * day));
        expect(merged.reportedAt).toEqual(new Date((Math.max(...days) + 1) * day));
        expect(sameKey(merged)).toBe(sameKey(first));
      }),
      { seed },
    );
  });

  it('are merged for as long as the configuration says', () => {
    expect(mergedWithin(1_234).windowMs).toBe(1_234);
  });
});
