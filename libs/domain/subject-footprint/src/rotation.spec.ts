/** Whatever is restarted when, with whichever keys: the same subject is found, told and remembered as without rotation. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { begun, happen, type Happening, type Keys, type World } from './rotation-world.fixture.ts';

const seed = 15_073;
const numRuns = 250;
const values = ['a@x', 'b@x', 'c@x', 'd@x', 'e@x'];
const systems = ['accounts', 'sales', 'returns'];

const keys = fc.constantFrom<Keys>('before', 'after');
const by = { intake: keys, discovery: keys };
const observed = fc.record({
  ...by,
  what: fc.constant('observed' as const),
  values: fc.uniqueArray(fc.record({ value: fc.constantFrom(...values), links: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ value }) => value,
  }),
  system: fc.constantFrom(...systems),
  at: fc.constantFrom(1, 3),
});
const others = fc.oneof(
  fc.record({
    ...by,
    what: fc.constant('accepted' as const),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ ...by, what: fc.constant('ordered' as const), system: fc.constantFrom(...systems) }),
  fc.record({ ...by, what: fc.constant('polled' as const) }),
  fc.record({ ...by, what: fc.constant('closed' as const) }),
  fc.record({ ...by, what: fc.constant('rewrapped' as const) }),
  fc.record({ ...by, what: fc.constant('renewed' as const) }),
);
const happenings = fc.array(fc.oneof({ weight: 3, arbitrary: observed }, { weight: 2, arbitrary: others }), {
  maxLength: 25,
  size: 'max',
});

function after(list: readonly Happening[]): World {
  const world = begun();
  for (const each of list) happen(world, each);
  return world;
}
/** The same without any rotation: one list of keys, and nothing to move on. */
const unrotated = (list: readonly Happening[]): readonly Happening[] =>
  list
    .filter(({ what }) => what !== 'rewrapped' && what !== 'renewed')
    .map((each) => ({ ...each, intake: 'before', discovery: 'before' }));
const outcome = ({ told, standings, location }: World) => ({
  told,
  standings,
  state: location.state,
  turn: location.turn,
});

describe('a rotation', () => {
  it('changes nothing that anybody is told, in whatever order processes are restarted', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const world = after(list);
        expect(outcome(world)).toEqual(outcome(after(unrotated(list))));
        for (const { values: told } of world.told) expect(new Set(told).size).toBe(told.length);
      }),
      { seed, numRuns },
    );
  });

  it('leaves nothing that is known by the old pepper alone, once the index was renewed', () => {
    const now = { intake: 'after', discovery: 'after' } as const;
    const old = { intake: 'before', discovery: 'before' } as const;
    const world = after([
      {
        ...old,
        what: 'observed',
        values: [
          { value: 'a@x', links: true },
          { value: 'b@x', links: true },
        ],
        system: 'sales',
        at: 1,
      },
      { ...old, what: 'accepted', values: ['a@x'] },
      { ...old, what: 'polled' },
      { ...old, what: 'ordered', system: 'sales' },
      { ...now, what: 'rewrapped' },
      { ...now, what: 'renewed' },
      { ...now, what: 'rewrapped' },
      { ...now, what: 'rewrapped' },
    ]);
    const entries = [...world.entries.values()];
    // Two identifiers, each under two names, all of them under the new register key and with the cut-off.
    expect(entries).toHaveLength(4);
    expect(entries.map(({ pepper }) => pepper).sort()).toEqual(['p1', 'p1', 'p2', 'p2']);
    for (const { keys: made, cutOff } of entries) {
      expect(made.at(-1)).toBe('r2');
      expect(cutOff).not.toBeNull();
    }
  });
});
