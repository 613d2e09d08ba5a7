import { describe, expect, it } from '@jest/globals';
import { heardTopics, passesOn } from './hearing.ts';
import { handlersFor } from './handlers.ts';
import { outletsOf, sealedFor, service } from './topology.ts';

const { passOn } = handlersFor<object>();
const table = service({
  name: 'made-up',
  consumes: {
    'lethe.requests': { SubjectRequestAccepted: 'ignored', SubjectRequestCompleted: 'ignored' },
    'lethe.answers.*': { ErasureAnswered: 'ignored' },
  },
  publishes: {
    'lethe.erasure-orders.*': [sealedFor('ErasureOrdered')],
    'lethe.case-events': ['CaseOpened', 'OrderSent'],
  },
});

describe('topology', () => {
  it('says for each event where it goes, and whether its boxes are opened on the way', () => {
    expect([...outletsOf(table)]).toEqual([
      ['ErasureOrdered', { pattern: 'lethe.erasure-orders.*', opens: true }],
      ['CaseOpened', { pattern: 'lethe.case-events', opens: false }],
      ['OrderSent', { pattern: 'lethe.case-events', opens: false }],
    ]);
  });

  it('refuses an event that would go to two places, or sealed and open', () => {
    const twice = service({
      name: 'twice',
      consumes: {},
      publishes: { 'lethe.erasure-orders.*': ['ErasureOrdered', sealedFor('ErasureOrdered')] },
    });
    expect(() => outletsOf(twice)).toThrow('twice: ErasureOrdered is published on two topics');
  });

  it('hears one topic per system where the table says *', () => {
    expect(heardTopics(table, 'test', ['sales', 'returns'])).toEqual([
      'test.requests',
      'test.answers.sales',
      'test.answers.returns',
    ]);
  });

  it('knows whether a table passes on', () => {
    expect(passesOn(table)).toBe(false);
    const passing = service({
      name: 'passing',
      consumes: {
        'lethe.user-events': { UserEvent: passOn('UserEvent', 'SubjectObserved', () => ({ drop: 'unattributed' })) },
      },
      publishes: { 'lethe.observations': ['SubjectObserved'] },
    });
    expect(passesOn(passing)).toBe(true);
  });
});
