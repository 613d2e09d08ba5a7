import { describe, expect, it } from '@jest/globals';
import type { Fact, Opening } from '@lethe/transparency-log';
import fc from 'fast-check';
import type { CaseLog } from '../store/cases.ts';
import { sourceOf } from '../store/entries.ts';
import { type Appended, appendFacts, type LogSoFar } from './append-facts.ts';

const seed = Number(process.env['LETHE_SEED'] ?? Date.now() % 2 ** 31);
const empty: LogSoFar = { size: 0, cases: new Map(), known: new Set() };

function fact(publisher: Fact['publisher'], requestId: string | null, sequence: number | null, offset = 0): Opening {
  return {
    salt: new Uint8Array(32),
    fact: {
      event: requestId === null ? 'FenceAdopted' : publisher === 'intake' ? 'SubjectRequestAccepted' : 'OrderSent',
      at: '2026-03-10T12:00:00.000Z',
      publisher,
      requestId,
      sequence,
      source: { topic: 't', partition: 0, offset },
      details: {},
    },
  };
}

function then(before: LogSoFar, appended: Appended): LogSoFar {
  return {
    size: appended.size,
    cases: new Map([...before.cases, ...appended.cases.map((each): [string, CaseLog] => [each.id, each])]),
    known: before.known,
  };
}

describe('facts become entries', () => {
  it('in the order of their arrival, with dense indexes from the size of the log', () => {
    const appended = appendFacts(
      { ...empty, size: 7 },
      [fact('intake', 'a', 1), fact('erasure', 'b', 1), fact('erasure', 'a', 1), fact('operator', null, null, 4)],
      sourceOf,
    );
    expect(appended.entries.map(({ index }) => index)).toEqual([7, 8, 9, 10]);
    expect(appended.size).toBe(11);
    expect(appended.cases.map(({ id, entries }) => [id, entries])).toEqual([
      ['a', [7, 9]],
      ['b', [8]],
    ]);
  });

  it('once: what was heard before is counted and makes no entry', () => {
    const first = appendFacts(empty, [fact('erasure', 'a', 1), fact('erasure', 'a', 1)], sourceOf);
    expect(first).toMatchObject({ size: 1, repeated: 1 });
    const again = appendFacts(then(empty, first), [fact('erasure', 'a', 1), fact('erasure', 'a', 2)], sourceOf);
    expect(again).toMatchObject({ size: 2, repeated: 1, gaps: 0 });
  });

  it('per publisher: one sequence does not stand for the other', () => {
    expect(appendFacts(empty, [fact('intake', 'a', 1), fact('erasure', 'a', 1)], sourceOf)).toMatchObject({
      size: 2,
      repeated: 0,
      gaps: 0,
    });
  });

  it('without a sequence, once per place and time', () => {
    const known = new Set([sourceOf(fact('operator', null, null, 1).fact)]);
    const openings = [
      fact('operator', null, null, 1),
      fact('operator', null, null, 2),
      fact('operator', null, null, 2),
    ];
    expect(appendFacts({ ...empty, known }, openings, sourceOf)).toMatchObject({ size: 1, repeated: 2 });
  });
});

describe('a gap', () => {
  it('is counted once, when the fact behind it is heard, and stays known', () => {
    const first = appendFacts(empty, [fact('erasure', 'a', 1), fact('erasure', 'a', 4)], sourceOf);
    expect(first).toMatchObject({ gaps: 2, cases: [{ missing: 2 }] });
    const second = appendFacts(then(empty, first), [fact('erasure', 'a', 5)], sourceOf);
    expect(second).toMatchObject({ gaps: 0, cases: [{ missing: 2 }] });
  });

  it('closes when what was missing is heard after all', () => {
    const first = appendFacts(empty, [fact('erasure', 'a', 3)], sourceOf);
    const second = appendFacts(then(empty, first), [fact('erasure', 'a', 1), fact('erasure', 'a', 2)], sourceOf);
    expect(second).toMatchObject({ gaps: 0, repeated: 0, cases: [{ missing: 0, entries: [0, 1, 2] }] });
  });
});

it(`every fact has exactly one entry, however often, in whatever order and batches it comes (seed ${seed})`, () => {
  const heard = fc.record({
    publisher: fc.constantFrom('intake' as const, 'erasure' as const),
    requestId: fc.constantFrom('a', 'b', 'c'),
    sequence: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(heard, { maxLength: 10 }), { maxLength: 8 }), (batches) => {
      let so: LogSoFar = empty;
      const indexes: number[] = [];
      let gaps = 0;
      for (const batch of batches) {
        const openings = batch.map(({ publisher, requestId, sequence }) => fact(publisher, requestId, sequence));
        const appended = appendFacts(so, openings, sourceOf);
        indexes.push(...appended.entries.map(({ index }) => index));
        gaps += appended.gaps;
        so = then(so, appended);
      }
      const distinct = new Set(batches.flat().map((each) => `${each.publisher} ${each.requestId} ${each.sequence}`));
      expect(indexes).toEqual([...distinct].map((_, index) => index));
      expect([...so.cases.values()].flatMap(({ entries }) => entries).sort((a, b) => a - b)).toEqual(indexes);
      const missing = [...so.cases.values()].reduce((sum, each) => sum + each.missing, 0);
      expect(gaps).toBeGreaterThanOrEqual(missing);
    }),
    { seed },
  );
});
