import { describe, expect, it } from '@jest/globals';
import type { RecordCommand, RecordsKind } from './handlers.ts';
import { workingSet } from './working-set.ts';

interface Counted {
  readonly count: number;
}

/** Counts by `step`; refuses what is negative; zero changes nothing. */
const counters: RecordsKind = {
  collection: 'counters',
  index: [],
  due: null,
  decider: {
    initial: { count: 0 },
    decide: (state, command) => {
      const { count } = state as Counted;
      const step = command as number;
      if (step < 0) throw new Error('negative');
      return step === 0 ? [] : [{ event: `counted to ${count + step}` }];
    },
    evolve: (_state, { event }) => ({ count: Number(event.split(' ').at(-1)) }),
  },
};
const by = (record: string, command: number): RecordCommand => ({ kind: counters, record, command });
const now = new Date(1_000);

const loadedWith = (documents: readonly { _id: string; version: number; pos: number; state: Counted }[]) => {
  const set = workingSet();
  const ids = ['a', 'b', ...documents.map(({ _id }) => _id)];
  set.loaded(counters, ids, new Map(documents.map((document) => [document._id, document])));
  return set;
};

describe('workingSet', () => {
  it('asks for each record once, and not again after it was loaded', () => {
    const set = workingSet();
    expect([...set.missing([by('a', 1), by('b', 1), by('a', 2)]).values()]).toEqual([['a', 'b']]);
    set.loaded(counters, ['a'], new Map());
    expect([...set.missing([by('a', 1), by('b', 1)]).values()]).toEqual([['b']]);
  });

  it('decides in order, each command on the state that the one before it left', () => {
    const set = loadedWith([]);
    for (const command of [by('a', 1), by('b', 5), by('a', 2)]) set.run(command, now);
    const { emitted, changes } = set.finish(now);
    expect(emitted.map(({ event }) => event)).toEqual(['counted to 1', 'counted to 5', 'counted to 3']);
    expect(changes[0]?.changes).toEqual([
      { id: 'a', from: 0, pos: 1_000, state: { count: 3 } },
      { id: 'b', from: 0, pos: 1_000, state: { count: 5 } },
    ]);
  });

  it('writes one change from the version that was read, however many commands made it', () => {
    const set = loadedWith([{ _id: 'c', version: 7, pos: 3, state: { count: 10 } }]);
    set.run(by('c', 1), now);
    set.run(by('c', 1), now);
    expect(set.finish(now).changes[0]?.changes).toEqual([{ id: 'c', from: 7, pos: 1_000, state: { count: 12 } }]);
  });

  it('has changed nothing when a command is refused', () => {
    const set = loadedWith([]);
    set.run(by('a', 1), now);
    expect(() => set.run(by('a', -1), now)).toThrow('negative');
    expect(() => set.run(by('b', -1), now)).toThrow('negative');
    const { emitted, changes } = set.finish(now);
    expect(emitted).toHaveLength(1);
    expect(changes[0]?.changes).toEqual([{ id: 'a', from: 0, pos: 1_000, state: { count: 1 } }]);
  });

  it('writes nothing for a command that says nothing', () => {
    const set = loadedWith([]);
    set.run(by('a', 0), now);
    expect(set.finish(now)).toMatchObject({ changes: [], emitted: [] });
    expect(set.state(counters, 'a')).toEqual({ count: 0 });
  });

  it('publishes behind everything that its records said before, whatever the clock says', () => {
    const set = loadedWith([
      { _id: 'c', version: 1, pos: 5_000, state: { count: 1 } },
      { _id: 'd', version: 1, pos: 9_000, state: { count: 1 } },
      { _id: 'e', version: 1, pos: 70_000, state: { count: 1 } },
    ]);
    for (const record of ['a', 'c', 'd']) set.run(by(record, 1), now);
    const { pos, changes } = set.finish(now);
    expect(pos).toBe(9_001); // `e` was read but says nothing
    expect(changes[0]?.changes.map((change) => change.pos)).toEqual([9_001, 9_001, 9_001]);
  });

  it('refuses a command to a record that nobody loaded', () => {
    expect(() => workingSet().run(by('a', 1), now)).toThrow('not loaded');
  });
});
