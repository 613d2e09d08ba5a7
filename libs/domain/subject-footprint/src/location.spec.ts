import { describe, expect, it } from '@jest/globals';
import { encodeEvent, type Footprint, type SealedIdentity } from '@lethe/contracts';
import fc from 'fast-check';
import type { BarrierFact, Position } from './barrier.ts';
import { identifiersToRegister, type Found } from './found.ts';
import {
  barrierNeed,
  isOpen,
  isToBegin,
  subjectLocation,
  type LocationCommand,
  type LocationEvent,
  type LocationState,
} from './location.ts';

const seed = 4_372;
const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const now = new Date('2026-03-01T12:00:00.000Z');
const { initial } = subjectLocation;

const identifier = (name: string): SealedIdentity => ({
  type: 'email',
  ref: `p1.${name}`,
  sealed: { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.from(name) },
});
const place = (system: string): Footprint => ({
  system,
  dataset: 'rows',
  firstSeen: new Date('2011-01-01'),
  lastSeen: new Date('2011-02-01'),
});
const found = (names: readonly string[], systems: readonly string[] = []): Found => ({
  identifiers: names.map(identifier),
  footprints: systems.map(place),
  capped: false,
});

interface Told {
  readonly state: LocationState;
  readonly events: readonly LocationEvent[];
}
const tell = ({ state, events }: Told, command: LocationCommand): Told => {
  const more = subjectLocation.decide(state, command, now);
  return {
    state: more.reduce((known, event) => subjectLocation.evolve(known, event), state),
    events: [...events, ...more],
  };
};
const begun = (what: Found): Told =>
  tell({ state: initial, events: [] }, { type: 'BeginLocation', requestId, controller: 'shop', found: what });
const hear = (told: Told, fact: BarrierFact): Told => tell(told, { type: 'HearBarrier', turn: told.state.turn, fact });
const walk = (told: Told, what: Found): Told => tell(told, { type: 'WalkAgain', turn: told.state.turn, found: what });
const located = ({ events }: Told) =>
  events.flatMap((event) => {
    if (event.event !== 'SubjectLocated') return [];
    const { increment, complete, identifiers, footprints } = event;
    const refs = identifiers.map(({ ref }) => ref.slice(3));
    return [{ increment, complete, refs, systems: footprints.map(({ system }) => system) }];
  });

const feed = { topic: 'lethe.user-events', topicId: 'feed-1', partition: 0 };
const own = { topic: 'lethe.observations', topicId: 'own-1', partition: 5 };
const feedEnds: BarrierFact = { need: 'feed_ends', ends: [{ ...feed, start: 0, end: 10 }] };
const observationEnds: BarrierFact = { need: 'observation_ends', ends: [{ ...own, start: 2, end: 7 }] };
const intakePositions = (positions: readonly Position[]): BarrierFact => ({
  need: 'intake_positions',
  positions,
  topics: [feed],
});
const intakeAt = (next: number): BarrierFact => intakePositions([{ ...feed, next }]);
const discoveryAt = (next: number): BarrierFact => ({
  need: 'discovery_positions',
  positions: [{ ...own, next }],
  topics: [own],
});
const toTheWalk = (told: Told): Told => [feedEnds, intakeAt(10), observationEnds, discoveryAt(7)].reduce(hear, told);

describe('a location', () => {
  it('tells at once what is known, and completes behind the barrier, also when nothing was found', () => {
    const told = walk(toTheWalk(begun(found(['a']))), found(['a']));
    expect(located(told)).toEqual([
      { increment: 1, complete: false, refs: ['a'], systems: [] },
      { increment: 2, complete: true, refs: ['a'], systems: [] },
    ]);
    expect(told.state).toMatchObject({ state: 'complete', completedAt: now });
    expect(barrierNeed(told.state)).toBeNull();
  });

  it('asks for one thing after the other, and waits where a reader is behind', () => {
    let told = begun(found(['a']));
    const needs = (): unknown => barrierNeed(told.state)?.need;
    expect(needs()).toBe('feed_ends');
    told = hear(told, feedEnds);
    expect(needs()).toBe('intake_positions');
    told = hear(told, intakeAt(9));
    told = hear(told, intakePositions([]));
    expect(needs()).toBe('intake_positions');
    told = hear(told, intakeAt(10));
    expect(needs()).toBe('observation_ends');
    told = hear(told, observationEnds);
    told = hear(told, discoveryAt(6));
    expect(needs()).toBe('discovery_positions');
    told = hear(told, discoveryAt(8));
    expect(needs()).toBe('walk');
  });

  it('waits for each partition by itself, and not for empty ones', () => {
    const ends = [
      { ...feed, start: 0, end: 3 },
      { ...feed, partition: 1, start: 4, end: 4 },
      { ...feed, partition: 2, start: 0, end: 5 },
    ];
    const told = hear(begun(found(['a'])), { need: 'feed_ends', ends });
    const one = hear(told, intakePositions([{ ...feed, next: 3 }]));
    expect(one.state.barrier).toEqual({ phase: 'waiting_for_intake', until: [{ ...feed, partition: 2, next: 5 }] });
    const two = hear(one, intakePositions([{ ...feed, partition: 2, next: 5 }]));
    expect(barrierNeed(two.state)?.need).toBe('observation_ends');
  });

  it('does not take a fact that was read for an earlier turn: the ends must be younger than the registration', () => {
    const waiting = [feedEnds, intakeAt(10)].reduce(hear, begun(found(['a'])));
    const { turn } = waiting.state;
    const grown = tell(waiting, { type: 'NoteGrowth', found: found(['a', 'b']) });
    const again = [feedEnds, intakeAt(10)].reduce(hear, grown);
    expect(barrierNeed(again.state)?.need).toBe('observation_ends');
    expect(tell(again, { type: 'HearBarrier', turn, fact: observationEnds })).toEqual(again);
    expect(tell(again, { type: 'HearBarrier', turn: again.state.turn, fact: discoveryAt(99) })).toEqual(again);
  });

  it('begins the barrier again when the walk found more', () => {
    const grown = walk(toTheWalk(begun(found(['a'], ['sales']))), found(['a', 'b'], ['sales', 'returns']));
    expect(located(grown).at(-1)).toEqual({
      increment: 2,
      complete: false,
      refs: ['a', 'b'],
      systems: ['returns', 'sales'],
    });
    expect(barrierNeed(grown.state)?.need).toBe('feed_ends');
    const done = walk(toTheWalk(grown), found(['a', 'b'], ['sales', 'returns']));
    expect(located(done).at(-1)).toMatchObject({ increment: 3, complete: true });
  });

  it('takes an early or stale walk for what it shows, never for the last word', () => {
    const early = walk(begun(found(['a'])), found(['a']));
    expect(located(early)).toHaveLength(1);
    const told = toTheWalk(begun(found(['a'])));
    const stale = tell(told, { type: 'WalkAgain', turn: told.state.turn - 1, found: found(['a'], ['sales']) });
    expect(located(stale).at(-1)).toMatchObject({ complete: false, systems: ['sales'] });
    expect(barrierNeed(stale.state)?.need).toBe('walk');
  });

  it('tells of a new system or identifier after its end, and stays complete', () => {
    const done = walk(toTheWalk(begun(found(['a']))), found(['a']));
    const more = tell(done, { type: 'NoteGrowth', found: found(['a', 'b'], ['sales']) });
    expect(located(more).at(-1)).toEqual({ increment: 3, complete: true, refs: ['a', 'b'], systems: ['sales'] });
    expect(tell(more, { type: 'NoteGrowth', found: found(['a'], ['sales']) })).toEqual(more);
    // The new identifier was not registered behind the first barrier, so there is a second one; it tells nothing twice.
    expect(barrierNeed(more.state)?.need).toBe('feed_ends');
    const again = walk(toTheWalk(more), found(['a', 'b'], ['sales']));
    expect(again.state).toMatchObject({ state: 'complete', completedAt: now, increment: 3 });
  });

  const capped = (names: readonly string[], systems: readonly string[] = []): Found => ({
    ...found(names, systems),
    capped: true,
  });

  it('of a subject that is larger than may be told stays incomplete, and goes on telling of systems', () => {
    const told = toTheWalk(begun(capped(['a'])));
    const done = walk(told, capped(['a'], ['sales']));
    expect(located(done)).toEqual([
      { increment: 1, complete: false, refs: ['a'], systems: [] },
      { increment: 2, complete: false, refs: ['a'], systems: ['sales'] },
    ]);
    expect(done.state).toMatchObject({ state: 'capped', completedAt: null, openSince: now });
    expect(barrierNeed(done.state)).toBeNull();
    const more = tell(done, { type: 'NoteGrowth', found: capped(['a'], ['returns']) });
    expect(located(more).at(-1)).toMatchObject({ increment: 3, complete: false });
    expect(more.state.state).toBe('capped');
    expect(tell(more, { type: 'EndLocation' }).state).toMatchObject({ state: 'ended', found: { identifiers: [] } });
  });

  it('is complete no more when it turns out to be larger than may be told', () => {
    const done = walk(toTheWalk(begun(found(['a']))), found(['a']));
    const grown = tell(done, { type: 'NoteGrowth', found: capped(['a']) });
    expect(located(grown).at(-1)).toMatchObject({ increment: 3, complete: false });
    const again = walk(toTheWalk(grown), capped(['a']));
    expect(again.state).toMatchObject({ state: 'capped', completedAt: null });
    expect(located(again)).toHaveLength(3);
  });

  it('never tells more than fits into one event, and says that there is more', () => {
    const large = (count: number): Found => ({
      ...found([]),
      identifiers: Array.from({ length: count }, (_, index) => ({
        ...identifier(`large${index}`),
        sealed: { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(20_000) },
      })),
    });
    const sizes = [begun(large(200)), tell(begun(large(2)), { type: 'NoteGrowth', found: large(200) })].map((told) => {
      const [event] = told.events.filter((each) => each.event === 'SubjectLocated').slice(-1);
      if (event === undefined) throw new Error('nothing was told');
      expect(told.state.found.capped).toBe(true);
      const { event: name, ...body } = event;
      return encodeEvent(name, body).length;
    });
    for (const size of sizes) expect(size).toBeLessThan(700_000);
    const many = begun(found(Array.from({ length: 1_200 }, (_, index) => `${index}`)));
    expect(many.state.found.identifiers).toHaveLength(500);
    expect(many.state.found.capped).toBe(true);
    // What would not be told is not registered either.
    expect(identifiersToRegister(many.state.found, found(['one more']))).toEqual([]);
    expect(identifiersToRegister(found(['a']), found(['a', 'b'])).map(({ ref }) => ref)).toEqual(['p1.b']);
  });

  it('is begun once, and forgets when its case is over', () => {
    const told = begun(found(['a'], ['sales']));
    expect(tell(told, { type: 'BeginLocation', requestId, controller: 'shop', found: found(['z']) })).toEqual(told);
    const ended = tell(told, { type: 'EndLocation' });
    expect(ended.state).toMatchObject({ state: 'ended', found: { identifiers: [], footprints: [] } });
    for (const command of [
      { type: 'EndLocation' },
      { type: 'NoteGrowth', found: found(['b']) },
      { type: 'WalkAgain', turn: ended.state.turn, found: found(['b']) },
      { type: 'HearBarrier', turn: ended.state.turn, fact: feedEnds },
    ] satisfies readonly LocationCommand[]) {
      expect(tell(ended, command)).toEqual(ended);
    }
    expect(tell({ state: initial, events: [] }, { type: 'NoteGrowth', found: found(['b']) }).events).toEqual([]);
  });
});

describe(`in whatever order its request, its case's orders and their end are heard (seed ${seed})`, () => {
  const order = (system: string, minute: number): LocationCommand => ({
    type: 'NoteOrderSent',
    system,
    sentAt: new Date(now.getTime() + minute * 60_000),
    eraseThrough: now,
  });
  const begin: LocationCommand = {
    type: 'BeginLocation',
    requestId,
    controller: 'shop',
    found: found(['a'], ['sales']),
  };
  const caseEvents = [order('sales', 0), order('returns', 1), order('sales', 2)];
  const heard = (commands: readonly LocationCommand[]): Told => commands.reduce(tell, { state: initial, events: [] });

  it('knows the orders, and an ended one keeps no identifier', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.boolean(),
        fc.subarray([...caseEvents], { minLength: 1 }),
        (at, ends, orders) => {
          const rest: readonly LocationCommand[] = [...orders, ...(ends ? [{ type: 'EndLocation' as const }] : [])];
          const expected = heard([begin, ...rest]).state;
          const other = heard([...rest.slice(0, at), begin, ...rest.slice(at), ...rest]).state;
          for (const key of ['state', 'requestId', 'controller', 'found', 'beganAt', 'erasing'] as const) {
            expect(other[key]).toEqual(expected[key]);
          }
          if (ends) expect(other.found.identifiers).toEqual([]);
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  it('says nothing of a request whose case was closed before it was heard of', () => {
    const told = heard([order('sales', 0), { type: 'EndLocation' }, begin, begin]);
    expect(located(told)).toEqual([]);
    expect(barrierNeed(told.state)).toBeNull();
    expect([isOpen(told.state), isToBegin(told.state)]).toEqual([false, false]);
    expect(told.state.erasing).toEqual({ cutOff: now, began: [{ system: 'sales', at: now }] });
  });
});

describe(`whatever it is told (seed ${seed})`, () => {
  const names = fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 });
  const aFound = fc.tuple(names, fc.subarray(['sales', 'returns'])).map(([who, where]) => found(who, where));
  const facts: readonly BarrierFact[] = [
    feedEnds,
    intakeAt(10),
    intakeAt(3),
    observationEnds,
    discoveryAt(7),
    discoveryAt(1),
  ];
  /** `ago`: how many turns old the fact or walk is. */
  const aCommand = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('fact' as const),
        fact: fc.constantFrom(...facts),
        ago: fc.constantFrom(0, 0, 0, 1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('walk' as const), found: aFound, ago: fc.constantFrom(0, 0, 1) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('growth' as const), found: aFound }) },
  );

  it('counts increments without a gap, never takes anything back, and completes only behind the whole barrier', () => {
    fc.assert(
      fc.property(aFound, fc.array(aCommand, { maxLength: 60, size: 'max' }), (first, commands) => {
        let told = begun(first);
        for (const command of commands) {
          const before = told.state;
          const turn = before.turn - ('ago' in command ? command.ago : 0);
          told =
            command.kind === 'fact'
              ? tell(told, { type: 'HearBarrier', turn, fact: command.fact })
              : command.kind === 'walk'
                ? tell(told, { type: 'WalkAgain', turn, found: command.found })
                : tell(told, { type: 'NoteGrowth', found: command.found });
          if (told.state.state === 'complete' && before.state !== 'complete') {
            expect(before.barrier?.phase).toBe('walking');
            expect(command.kind).toBe('walk');
          }
        }
        const all = located(told);
        expect(all.map(({ increment }) => increment)).toEqual(all.map((_, index) => index + 1));
        for (const [index, { refs, systems, complete }] of all.entries()) {
          const next = all[index + 1];
          if (next === undefined) continue;
          expect(next.refs).toEqual(expect.arrayContaining([...refs]));
          expect(next.systems).toEqual(expect.arrayContaining([...systems]));
          if (complete) expect(next.complete).toBe(true);
        }
      }),
      { seed, numRuns: 300 },
    );
  });
});
