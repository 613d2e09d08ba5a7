import { describe, expect, it } from '@jest/globals';
import type { ErasureOrdered } from '@lethe/contracts';
import { entryFor, failedAnswer, finalAnswer, isDone } from './ledger.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 12, minute));

const order = (eraseThrough: Date, attempt = 1): ErasureOrdered => ({
  orderId: 'case:sales:1',
  requestId: 'case',
  controller: 'shop',
  system: 'sales',
  round: 1,
  datasets: ['purchase-lines'],
  identifiers: [{ type: 'customer_id', value: '10' }],
  eraseThrough,
  answerBy: at(59),
  attempt,
  legalReference: null,
});

describe('the ledger', () => {
  const answered = entryFor(order(at(10)), null, 54, at(11), at(12));

  it('knows an order that it answered, however often it is published', () => {
    expect(isDone(null, order(at(10)))).toBe(false);
    expect(isDone(answered, order(at(10), 2))).toBe(true);
    expect(isDone(answered, order(at(11), 2))).toBe(true);
  });

  it('lets an order that reaches further than what was erased be worked on again', () => {
    expect(isDone(answered, order(at(20), 2))).toBe(false);
    const again = entryFor(order(at(20), 2), answered, 0, at(21), at(22));
    expect(finalAnswer(order(at(20), 2), again, 'anonymised')).toMatchObject({ outcome: 'erased', count: 54 });
  });

  it('never claims to have erased less far than ordered, whatever the clock says', () => {
    expect(answered.erasedThrough).toEqual(at(11));
    expect(entryFor(order(at(10)), null, 0, at(3), at(4)).erasedThrough).toEqual(at(10));
  });

  it('holds no identifier', () => {
    expect(Object.keys(answered).sort()).toEqual(['answeredAt', 'erasedThrough', 'orderId', 'rows']);
  });
});

describe('answers', () => {
  it('say what was done, or that nothing was there', () => {
    const some = entryFor(order(at(10)), null, 54, at(11), at(12));
    expect(finalAnswer(order(at(10)), some, 'deleted')).toMatchObject({
      outcome: 'erased',
      method: 'deleted',
      count: 54,
      erasedThrough: at(11),
    });
    const none = entryFor(order(at(10)), null, 0, at(11), at(12));
    expect(finalAnswer(order(at(10)), none, 'deleted')).toMatchObject({ outcome: 'not_found', method: null, count: 0 });
  });

  it('say that it failed, by a code', () => {
    expect(failedAnswer(order(at(10)), 'store_failed', at(12))).toMatchObject({
      outcome: 'failed',
      reason: 'store_failed',
      count: null,
      method: null,
    });
  });
});
