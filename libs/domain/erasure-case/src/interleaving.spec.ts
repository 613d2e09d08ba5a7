/** Across topics there is no order. Whatever arrives first, the case ends in the same state. */
import { describe, expect, it } from '@jest/globals';
import type { AnswerOutcome } from '@lethe/contracts';
import fc from 'fast-check';
import type { CaseCommand, RecordAnswer } from './commands.ts';
import {
  accept,
  answer,
  at,
  customer,
  customer2,
  day,
  email,
  footprint,
  lease,
  locate,
  minute,
  start,
  tell,
  untold,
  type Told,
} from './given.fixture.ts';
import type { CaseState } from './state.ts';

const seed = 15_073;
const numRuns = 250;

const outcomes: readonly AnswerOutcome[] = [
  'erased',
  'not_found',
  'not_found',
  'retained',
  'notified',
  'not_notified',
  'failed',
  'unspecified',
];

const anAnswer = (system: string): fc.Arbitrary<RecordAnswer> =>
  fc
    .record({
      round: fc.integer({ min: 1, max: 3 }),
      outcome: fc.constantFrom(...outcomes),
      reason: fc.constantFrom(null, 'code_a', 'code_b'),
      erasedThrough: fc.constantFrom(start, at(300 * day), at(301 * day)),
      count: fc.integer({ min: 0, max: 9 }),
    })
    .map(({ round, ...more }) => answer(system, round, more));

const increments = fc
  .record({
    identifiers: fc.shuffledSubarray([customer, customer2, email], { minLength: 1 }),
    footprints: fc.subarray([
      footprint('sales', 'orders'),
      footprint('accounts'),
      footprint('archive'),
      footprint('newsletter'),
    ]),
    cuts: fc.array(fc.tuple(fc.nat(3), fc.nat(4)), { maxLength: 2 }),
  })
  .map(({ identifiers, footprints, cuts }) => {
    // Cumulative: every increment holds what the one before it held.
    const steps = [...cuts]
      .sort((a, b) => a[0] - b[0])
      .map(([known], index) => ({
        identifiers: identifiers.slice(0, Math.max(1, known)),
        footprints: footprints.slice(0, [...cuts].map(([, seen]) => seen).sort()[index] ?? 0),
      }));
    return [...steps, { identifiers, footprints }].map((step, index) =>
      locate(index + 1, step.identifiers, { footprints: step.footprints, complete: index === steps.length }),
    );
  });

/** Each list keeps its order: it stands for what one partition of one topic holds about the case. */
const topics = fc
  .tuple(
    increments,
    ...['accounts', 'newsletter', 'sales', 'archive'].map((system) => fc.array(anAnswer(system), { maxLength: 4 })),
  )
  .map(([located, ...answers]): readonly (readonly CaseCommand[])[] => [[accept], located, ...answers]);

const order = fc.array(fc.nat(5), { maxLength: 40, size: 'max' });

function interleaved(lists: readonly (readonly CaseCommand[])[], choices: readonly number[]): readonly CaseCommand[] {
  const left = lists.map((list) => [...list]);
  const taken: CaseCommand[] = [];
  const take = (list: CaseCommand[] | undefined): void => {
    const next = list?.shift();
    if (next !== undefined) taken.push(next);
  };
  for (const choice of choices) take(left[choice]);
  for (const list of left) while (list.length > 0) take(list);
  return taken;
}

const run = (commands: readonly CaseCommand[]): Told =>
  commands.reduce((told, command, index) => tell(told, command, at((index + 1) * minute)), untold);

/** Without the times at which things happened to be handled, and with lists in the order of their names. */
function essence(state: CaseState): unknown {
  const untimed = { openedAt: null, cutOff: null, closedAt: null, publishAgainAt: null };
  const orders = state.orders
    .map((each) => ({ ...each, eraseThrough: null, answerBy: null, sentAt: null, publishAgainAt: null }))
    .sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return { ...state, ...untimed, orders, strayAnswers: state.strayAnswers.map((each) => JSON.stringify(each)).sort() };
}

/** Without counts, which duplicates may raise. */
function uncounted(state: CaseState): unknown {
  const orders = state.orders.map((each) => ({
    ...each,
    unheeded: null,
    failures: each.failures.map(({ reason }) => reason),
  }));
  const strays = [...new Map(state.strayAnswers.map((each) => [JSON.stringify(each), each])).values()];
  return { ...(essence({ ...state, strayAnswers: strays }) as object), orders: untimedOrders(orders) };
}

function untimedOrders(orders: readonly { readonly orderId: string }[]): unknown {
  const untimed = { eraseThrough: null, answerBy: null, sentAt: null, publishAgainAt: null };
  return orders.map((each) => ({ ...each, ...untimed })).sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
}

describe(`every interleaving that keeps each topic's order (seed ${seed})`, () => {
  it('ends in the same state', () => {
    fc.assert(
      fc.property(topics, order, (lists, choices) => {
        expect(essence(run(interleaved(lists, choices)).state)).toEqual(essence(run(interleaved(lists, [])).state));
      }),
      { seed, numRuns },
    );
  });

  it('is not changed by duplicates, but for counts', () => {
    fc.assert(
      fc.property(
        topics,
        order,
        fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 12 }),
        (lists, choices, again) => {
          const once = interleaved(lists, choices);
          const twice = [...once];
          for (const [which, later] of again) {
            const command = once[which % once.length];
            if (command === undefined) continue;
            twice.splice(Math.min(twice.length, twice.lastIndexOf(command) + 1 + later), 0, command);
          }
          expect(uncounted(run(twice).state)).toEqual(uncounted(run(once).state));
        },
      ),
      { seed, numRuns },
    );
  });

  it('numbers its facts without a gap, publishes each order once, and closes on answers alone', () => {
    fc.assert(
      fc.property(topics, order, fc.array(fc.nat(30), { maxLength: 6 }), (lists, choices, ticks) => {
        const commands = [...interleaved(lists, choices)];
        for (const tick of ticks) commands.splice(tick, 0, { type: 'PublishAgain' });
        // One lease between commands, so that leases run out among them.
        const { state, events } = commands.reduce(
          (told, command, index) => tell(told, command, at(index * lease.publishAgainAfterMs)),
          untold,
        );

        const sequences = events.flatMap((event) => ('sequence' in event ? [event.sequence] : []));
        expect(sequences).toEqual(sequences.map((_, index) => index + 1));
        expect(state.sequence).toBe(sequences.length);

        const sent = events.flatMap((event) => (event.event === 'OrderSent' ? [event.orderId] : []));
        expect(sent).toEqual([...new Set(sent)]);
        for (const orderId of sent) {
          const attempts = events.flatMap((event) =>
            event.event === 'ErasureOrdered' && event.orderId === orderId ? [event.attempt] : [],
          );
          expect(attempts).toEqual(attempts.map((_, index) => index + 1));
        }

        const everyAnswered = state.orders.every(({ state: each }) => each === 'answered');
        const mayClose = state.request !== null && state.location?.complete === true && everyAnswered;
        expect(state.state === 'closed').toBe(mayClose);
        expect(events.filter(({ event }) => event === 'CaseClosed')).toHaveLength(mayClose ? 1 : 0);
        const unasked = state.location?.footprints.some(
          ({ system, dataset }) =>
            !state.orders.some((each) => each.system === system && each.datasets.includes(dataset)),
        );
        const exempt = state.exceptions.length > 0;
        expect(state.outcome).toBe(mayClose ? (exempt ? 'erased_with_exceptions' : 'erased') : null);
        if (mayClose && unasked === true) expect(exempt).toBe(true);
        expect(state.publishAgainAt === null).toBe(state.orders.every((each) => each.state !== 'open'));
      }),
      { seed, numRuns },
    );
  });

  it('leaves a state that a store gives back as it was', () => {
    fc.assert(
      fc.property(topics, order, (lists, choices) => {
        expect(unstorable(run(interleaved(lists, choices)).state)).toEqual([]);
      }),
      { seed, numRuns: 100 },
    );
  });
});

/** Where a value holds something that BSON does not keep as it is. */
function unstorable(value: unknown, path = 'state'): readonly string[] {
  if (value === null || value instanceof Date || value instanceof Uint8Array) return [];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => unstorable(each, `${path}[${index}]`));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.entries(value).flatMap(([key, each]) => unstorable(each, `${path}.${key}`));
  }
  return [path];
}
