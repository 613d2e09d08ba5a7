import { describe, expect, it } from '@jest/globals';
import { asMermaid, asText, flows, type Table } from './data-flow.ts';

const tables: readonly Table[] = [
  {
    name: 'erasure',
    consumes: {
      'lethe.footprints': { SubjectLocated: {} },
      'lethe.answers.*': { ErasureAnswered: {} },
    },
    publishes: {
      'lethe.erasure-orders.*': [{ opensAtTheEdge: 'ErasureOrdered' }],
      'lethe.case-events': ['CaseOpened', 'CaseClosed'],
    },
  },
  { name: 'discovery', consumes: {}, publishes: { 'lethe.footprints': ['SubjectLocated'] } },
  { name: 'audit', consumes: { 'lethe.case-events': { CaseOpened: {}, CaseClosed: 'ignored' } }, publishes: {} },
];

describe('the data flow', () => {
  it('joins who speaks with who hears, and names who stands outside', () => {
    expect(flows(tables)).toEqual([
      { topic: 'lethe.footprints', from: ['discovery'], events: ['SubjectLocated'], to: ['erasure'] },
      { topic: 'lethe.erasure-orders.*', from: ['erasure'], events: ['ErasureOrdered'], to: ['downstream teams'] },
      { topic: 'lethe.answers.*', from: ['downstream teams'], events: ['ErasureAnswered'], to: ['erasure'] },
      { topic: 'lethe.case-events', from: ['erasure'], events: ['CaseOpened', 'CaseClosed'], to: ['audit'] },
    ]);
  });

  it('is drawn as text', () => {
    expect(asText(flows(tables)).split('\n')[0]).toBe(
      '       discovery ──lethe.footprints────────▶ erasure           SubjectLocated',
    );
  });

  it('is drawn as a flowchart', () => {
    const drawn = asMermaid(flows(tables), ['erasure', 'discovery', 'audit']).split('\n');
    expect(drawn).toContain('  discovery[discovery]');
    expect(drawn).toContain('  downstream-teams([downstream teams])');
    expect(drawn).toContain('  erasure -->|erasure-orders.*| downstream-teams');
  });
});
