import { describe, expect, it } from '@jest/globals';
import { asked, needsServers } from './tiers.ts';

describe('npm test -- ...', () => {
  it('takes tiers by name and hands the rest to jest', () => {
    expect(asked(['fault', 'relay', '-t', 'zombie'])).toEqual({ tiers: ['fault'], jest: ['relay', '-t', 'zombie'] });
    expect(asked([])).toEqual({ tiers: [], jest: [] });
  });

  it('starts no servers for the pure tests alone', () => {
    expect(needsServers(asked(['unit', 'identity']))).toBe(false);
    expect(needsServers(asked(['unit', 'int']))).toBe(true);
    expect(needsServers(asked(['libs/platform']))).toBe(true);
  });
});
