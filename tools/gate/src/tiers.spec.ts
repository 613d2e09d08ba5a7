import { describe, expect, it } from '@jest/globals';
import { asked, needsServers, tiers } from './tiers.ts';

describe('npm test -- ...', () => {
  it('takes tiers by name and hands the rest to jest', () => {
    expect(asked(['fault', 'relay', '-t', 'zombie'])).toEqual({ tiers: ['fault'], jest: ['relay', '-t', 'zombie'] });
  });

  it('runs every tier when none is named, but for the one that needs Docker', () => {
    expect(asked([])).toEqual({ tiers: ['unit', 'int', 'fault', 'e2e'], jest: [] });
    expect(asked(['containers'])).toEqual({ tiers: ['containers'], jest: [] });
  });

  it('starts no servers for tests that use none of the shared ones', () => {
    expect(needsServers(asked(['unit', 'identity']))).toBe(false);
    expect(needsServers(asked(['containers']))).toBe(false);
    expect(needsServers(asked(['unit', 'int']))).toBe(true);
    expect(needsServers(asked(['libs/platform']))).toBe(true);
  });
});

describe('the tier of pure tests', () => {
  it('is what no other tier is', () => {
    for (const tier of Object.keys(tiers)) if (tier !== 'unit') expect(tiers.unit).toContain(`*.${tier}`);
  });
});
