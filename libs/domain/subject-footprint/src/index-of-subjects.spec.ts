import { describe, expect, it } from '@jest/globals';
import type { EventOf, SealedIdentity } from '@lethe/contracts';
import fc from 'fast-check';
import { dayOf } from './day.ts';
import { foundFrom, type Found } from './found.ts';
import { linkId, mergeLinks, type Link } from './link.ts';
import { mergeObserved, observe, type Observed } from './observation.ts';
import { startWalk, step, type Walk } from './subject.ts';
import { mergeFootprints, type RefFootprint } from './footprint.ts';

const seed = 15_073;
const numRuns = 200;

const sealedAs = (box: string): SealedIdentity['sealed'] => ({
  keyId: 'k1',
  nonce: Buffer.alloc(12),
  ciphertext: Buffer.from(box),
});

type Observation = EventOf<'SubjectObserved'>;
const observation = (
  identities: readonly (readonly [ref: string, links: boolean])[],
  more: Partial<Observation> = {},
): Observation => ({
  controller: 'shop',
  feed: 'accounts/customers',
  system: 'accounts',
  dataset: 'customers',
  operation: 'upsert',
  identities: identities.map(([ref, links]) => ({ type: 'email', ref, sealed: sealedAs(ref), links })),
  establishes: true,
  earliestOccurredAt: new Date('2011-03-01T10:00:00.000Z'),
  occurredAt: new Date('2011-03-02T23:59:59.999Z'),
  reportedAt: new Date('2026-03-01T00:00:00.000Z'),
  ...more,
});

/** Walks as a service does, looking up only the links that touch the frontier. */
function walkIn(links: readonly Link[], from: readonly string[], cap?: number): Walk {
  let walk = startWalk(from, cap);
  while (walk.frontier.length > 0) {
    const frontier = new Set(walk.frontier);
    walk = step(
      walk,
      links.filter(({ a, b }) => frontier.has(a) || frontier.has(b)),
    );
  }
  return walk;
}

describe('an observation', () => {
  it('files every identity there, and joins only those that link', () => {
    const { identities, links, footprints } = observe(
      observation([
        ['p1.b', true],
        ['p1.a', true],
        ['p1.m', false],
        ['p1.c', true],
      ]),
    );
    expect(identities.map(({ ref }) => ref)).toEqual(['p1.b', 'p1.a', 'p1.m', 'p1.c']);
    expect(links.map(({ id }) => id).sort()).toEqual(['p1.a|p1.b', 'p1.a|p1.c']);
    expect(footprints).toContainEqual({
      id: 'p1.m|accounts/customers',
      ref: 'p1.m',
      system: 'accounts',
      dataset: 'customers',
      firstSeen: new Date('2011-03-01'),
      lastSeen: new Date('2011-03-02'),
    });
  });

  it('of a hundred linked identities is ninety-nine links, whatever their order', () => {
    const names = Array.from({ length: 100 }, (_, index) => `p1.${index}`);
    const linked = (refs: readonly string[]) => observe(observation(refs.map((ref) => [ref, true])));
    const { links } = linked(names);
    expect(links).toHaveLength(99);
    expect(linked([...names].reverse()).links).toEqual(links);
    expect(walkIn(links, ['p1.77']).refs).toHaveLength(100);
  });

  it('of a known identifier brings another box only under another key', () => {
    const boxed = (keyId: string, box: string) => {
      const seen = observation([]);
      const sealed = { ...sealedAs(box), keyId };
      return observe({ ...seen, identities: [{ type: 'email', ref: 'p1.a', sealed, links: true }] });
    };
    const boxOf = (...all: readonly Observed[]) =>
      mergeObserved(all).identities.map(({ sealed }) => String(sealed.ciphertext));
    expect(boxOf(boxed('k1', 'first'), boxed('k1', 'second'))).toEqual(['first']);
    expect(boxOf(boxed('k1', 'first'), boxed('k2', 'second'), boxed('k2', 'third'))).toEqual(['second']);
  });

  it('that names one identifier twice says it once', () => {
    const { identities, links, footprints } = observe(
      observation([
        ['p1.a', true],
        ['p1.a', false],
        ['p1.a', true],
      ]),
    );
    expect([identities.length, links.length, footprints.length]).toEqual([1, 0, 1]);
  });

  it('of a deletion is a sighting: copies may still be there', () => {
    const gone = observe(observation([['p1.a', true]], { operation: 'delete' }));
    expect(gone).toEqual(observe(observation([['p1.a', true]])));
  });
});

describe('a link', () => {
  it('has one name, whichever way round it was seen, and the first day and every feed of its sightings', () => {
    expect(linkId('p1.b', 'p1.a')).toBe(linkId('p1.a', 'p1.b'));
    const [one] = observe(
      observation([
        ['p1.a', true],
        ['p1.b', true],
      ]),
    ).links;
    const [other] = observe(
      observation(
        [
          ['p1.b', true],
          ['p1.a', true],
        ],
        { feed: 'crm/people', earliestOccurredAt: new Date('2010-05-05T05:05:05Z') },
      ),
    ).links;
    if (one === undefined || other === undefined) throw new Error('no link');
    const both = { ...one, firstSeen: new Date('2010-05-05'), feeds: ['accounts/customers', 'crm/people'] };
    expect(mergeLinks(one, other)).toEqual(both);
    expect(mergeLinks(other, one)).toEqual(both);
  });
});

describe('a walk', () => {
  const chain = (length: number): readonly Link[] =>
    Array.from(
      { length },
      (_, index) =>
        observe(
          observation([
            [`r${index}`, true],
            [`r${index + 1}`, true],
          ]),
        ).links,
    ).flat();

  it('ends at once where nothing is known', () => {
    expect(walkIn([], ['p1.x'])).toMatchObject({ refs: ['p1.x'], frontier: [], capped: false });
    expect(walkIn([], [])).toMatchObject({ refs: [], frontier: [], capped: false });
  });

  it('follows links over any distance', () => {
    expect(walkIn(chain(50), ['r25']).refs).toHaveLength(51);
  });

  it('stops at its cap and says so', () => {
    expect(walkIn(chain(50), ['r0'], 10)).toMatchObject({ capped: true, frontier: [] });
    expect(walkIn(chain(50), ['r0'], 10).refs).toHaveLength(10);
    expect(walkIn(chain(9), ['r0'], 10)).toMatchObject({ capped: false });
    expect(startWalk(['a', 'b', 'c'], 2)).toMatchObject({ refs: ['a', 'b'], capped: true });
    // A look-up that did not bring all links: there may be more.
    expect(step(startWalk(['r0']), chain(1), false)).toMatchObject({ refs: ['r0', 'r1'], capped: true });
  });

  it('passes over links that touch nothing of the subject', () => {
    const walk = step(
      startWalk(['p1.a']),
      observe(
        observation([
          ['p1.x', true],
          ['p1.y', true],
        ]),
      ).links,
    );
    expect(walk.refs).toEqual(['p1.a']);
  });
});

describe(`whatever the order of arrival (seed ${seed})`, () => {
  const refs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `p1.${name}`);
  const dayInYear = fc.integer({ min: 0, max: 365 }).map((days) => new Date(Date.UTC(2011, 0, 1 + days, 13)));
  const anObservation = fc
    .record({
      identities: fc.array(fc.tuple(fc.constantFrom(...refs), fc.boolean()), { minLength: 1, maxLength: 4 }),
      system: fc.constantFrom('sales', 'returns'),
      earliestOccurredAt: dayInYear,
      occurredAt: dayInYear,
    })
    .map(({ identities, ...more }) =>
      observation(identities, { ...more, feed: `${more.system}/rows`, dataset: 'rows' }),
    );
  const observations = fc.array(anObservation, { minLength: 1, maxLength: 20, size: 'max' });

  it('a subject and its footprints are the same, in batches of any size, each observation once or twice', () => {
    const shuffled = observations.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
        fc.integer({ min: 1, max: 7 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, fc.constantFrom(...refs), ([list, other, batch], asked) => {
        expect(locate(stored(other, batch), asked)).toEqual(locate(stored(list, 1), asked));
      }),
      { seed, numRuns },
    );
  });

  it('mentions never join: a subject holds no ref that no chain of linking identities reaches', () => {
    fc.assert(
      fc.property(observations, fc.constantFrom(...refs), (list, asked) => {
        expect([...walkIn(stored(list, 1).links, [asked]).refs].sort()).toEqual(reachable(list, asked));
      }),
      { seed, numRuns },
    );
  });
});

/** What an index holds after these observations, written batch by batch. */
function stored(list: readonly Observation[], batch: number): Observed {
  const links = new Map<string, Link>();
  const footprints = new Map<string, RefFootprint>();
  const identities = new Map<string, Observed['identities'][number]>();
  for (let from = 0; from < list.length; from += batch) {
    const change = mergeObserved(list.slice(from, from + batch).map((each) => observe(each)));
    for (const link of change.links) {
      const known = links.get(link.id);
      links.set(link.id, known === undefined ? link : mergeLinks(known, link));
    }
    for (const footprint of change.footprints) {
      const known = footprints.get(footprint.id);
      footprints.set(footprint.id, known === undefined ? footprint : mergeFootprints(known, footprint));
    }
    for (const identity of change.identities) if (!identities.has(identity.ref)) identities.set(identity.ref, identity);
  }
  return { links: [...links.values()], footprints: [...footprints.values()], identities: [...identities.values()] };
}

function locate(index: Observed, asked: string): Found {
  const { refs, capped } = walkIn(index.links, [asked]);
  const found = foundFrom({
    asked: [{ type: 'email', ref: asked, sealed: sealedAs(asked) }],
    known: index.identities.filter(({ ref }) => refs.includes(ref)),
    footprints: index.footprints.filter(({ ref }) => refs.includes(ref)),
    capped,
  });
  return { ...found, identifiers: [...found.identifiers].sort((a, b) => (a.ref < b.ref ? -1 : 1)) };
}

/** The same by another way: join sets until nothing changes. */
function reachable(list: readonly Observation[], from: string): readonly string[] {
  const reached = new Set([from]);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { identities } of list) {
      const linking = identities.filter(({ links }) => links).map(({ ref }) => ref);
      if (linking.some((ref) => reached.has(ref))) for (const ref of linking) reached.add(ref);
    }
  }
  return [...reached].sort();
}

describe('a day', () => {
  it('is the UTC day', () => {
    expect(dayOf(new Date('2011-03-02T23:59:59.999Z'))).toEqual(new Date('2011-03-02T00:00:00.000Z'));
    expect(dayOf(new Date('2011-03-02T00:30:00.000+02:00'))).toEqual(new Date('2011-03-01T00:00:00.000Z'));
  });
});
