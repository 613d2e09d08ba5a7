import { describe, expect, it } from '@jest/globals';
import { developmentKeys, type Keys, remembered, type RingHistory } from '@lethe/identity';
import type { KeyHistories } from './key-histories.ts';
import { strangeKeys } from './refuse-others.ts';
import { formerKeys, keys } from './sought.given.ts';

const none: RingHistory = { ring: [], retired: [] };
const historiesOf = ({ peppers, register, sealing }: Keys): KeyHistories =>
  new Map([
    ['peppers', { ...none, ring: remembered(peppers) }],
    ['register', { ...none, ring: remembered(register) }],
    ['sealing', { ...none, ring: remembered(sealing) }],
  ]);

describe('the keys of a search', () => {
  it('are taken when they are those that discovery works with, or hold more', () => {
    expect(strangeKeys(keys, historiesOf(keys))).toEqual([]);
    expect(strangeKeys(developmentKeys(), historiesOf(developmentKeys()))).toEqual([]);
    expect(strangeKeys(keys, new Map())).toEqual([]);
  });

  it('are refused when they lack an active one: development keys by themselves, keys of before a rotation', () => {
    expect(strangeKeys(developmentKeys(), historiesOf(keys))).toEqual([
      'LETHE_PEPPERS lacks p2, the active one',
      'LETHE_REGISTER_KEYS lacks r2, the active one',
      'LETHE_SEALING_KEYS lacks s2, the active one',
    ]);
    expect(strangeKeys(formerKeys, historiesOf(keys))).toHaveLength(3);
  });

  it('are refused when another key has the same id', () => {
    const [other] = remembered(formerKeys.register);
    const histories = new Map([...historiesOf(keys)]);
    histories.set('peppers', { ring: remembered(keys.peppers), retired: [{ id: 'p1', check: other?.check ?? '' }] });
    expect(strangeKeys(keys, histories)).toEqual(['LETHE_PEPPERS has another key under the id p1']);
  });
});
