import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '@lethe/publisher';
import { type Done, erased } from './done.ts';
import { givenOrder } from './order.given.ts';
import { millisecondsIn, teamIn } from './subscriber-options.ts';
import type { EraseContext, Team } from './team.ts';

class Desk implements Team {
  readonly system = 'desk';
  readonly method = 'masked';
  readonly #rows = [1, 2, 3];
  count(): number {
    return this.#rows.length;
  }
  erase(): Done {
    return erased(this.#rows.splice(0).length, this.method);
  }
}
const context: EraseContext = {
  began: new Date(),
  signal: new AbortController().signal,
  record: () => {
    throw new Error('not here');
  },
};

describe('a team', () => {
  it('that is written as a class keeps its methods, also after a copy', async () => {
    const team = { ...teamIn(new Desk()) };
    expect(team).toMatchObject({ system: 'desk', method: 'masked' });
    expect(await team.count?.(givenOrder())).toBe(3);
    expect(await team.erase(givenOrder(), context)).toEqual(erased(3, 'masked'));
    expect(teamIn({ system: 'desk', erase: () => 'not_found' })).not.toHaveProperty('count');
  });

  it.each<[string, string, object]>([
    ['no erase', 'erase must be a function', { system: 'desk' }],
    ['an erase that was copied from a class', 'erase must be a function', Object.assign({}, new Desk())],
    ['a count that is a number', 'count must be a function', { erase: () => 'not_found', count: 3 }],
    ['a method that is none', 'method must be one of deleted', { erase: () => 'not_found', method: 'shredded' }],
  ])('is refused at the start with %s', (_, says, team) => {
    expect(() => teamIn(team as Team)).toThrow(SettingsError);
    expect(() => teamIn(team as Team)).toThrow(says);
  });

  it.each([0, 0.5, NaN, Infinity, 2 ** 31])('has no time of %s', (value) => {
    expect(() => millisecondsIn('limitMs', value)).toThrow('limitMs must be a whole number of milliseconds');
    expect(millisecondsIn('limitMs', 1)).toBe(1);
  });
});
