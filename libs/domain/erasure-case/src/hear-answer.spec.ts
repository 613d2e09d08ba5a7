import { describe, expect, it } from '@jest/globals';
import { mostAnswerValues, withheld, type EventOf } from '@lethe/contracts';
import fc from 'fast-check';
import { answer, at, caseId, day, minute } from './given.fixture.ts';
import { hearAnswer, type Heard } from './hear-answer.ts';

const seed = 16_029;
const place = { system: 'sales', appendedAt: at(day) };
const sent = (more: Partial<EventOf<'ErasureAnswered'>> = {}) => ({
  ...answer('sales', 1, { erasedThrough: at(minute), answeredAt: at(2 * minute) }),
  ...more,
});
const refused = (fault: string) => ({ kind: 'refused', fault });
const heard = (more: Partial<EventOf<'ErasureAnswered'>>) => {
  const found: Heard = hearAnswer(sent(more), place);
  if (found.kind === 'refused') throw new Error(`refused: ${found.fault}`);
  return found.command;
};

describe('an answer that enters', () => {
  it('is what was said, when all is well', () => {
    const said = {
      outcome: 'retained',
      count: 7,
      method: 'masked',
      until: at(900 * day),
      fieldsKept: ['invoice_no'],
      legalBasis: 'AO §147(1)',
      subProcessorsTold: ['mailer.example'],
      reason: 'tax_law',
    } as const;
    expect(hearAnswer(sent(said), place)).toEqual({ kind: 'command', command: sent(said) });
  });

  it.each([
    ['no order id at all', { orderId: 'sales' }, 'order_id_malformed'],
    [
      'a person for a case',
      { orderId: 'jane@example.com:sales:1', requestId: 'jane@example.com' },
      'order_id_malformed',
    ],
    ['a UUID in capitals', { orderId: `${caseId.toUpperCase()}:sales:1` }, 'order_id_malformed'],
    ['more than an order id', { orderId: `${caseId}:sales:1:jane` }, 'order_id_malformed'],
    ['a round of zero', { orderId: `${caseId}:sales:0` }, 'order_id_malformed'],
    ['a person for a request', { requestId: 'jane@example.com' }, 'order_of_another_request'],
    ['another request', { requestId: caseId.replace('0', '1') }, 'order_of_another_request'],
    ['another system', { orderId: `${caseId}:accounts:1` }, 'order_of_another_system'],
    ['a person for a system', { orderId: `${caseId}:jane@example.com:1` }, 'order_of_another_system'],
    ['too many fields', { fieldsKept: Array.from({ length: mostAnswerValues + 1 }, () => 'name') }, 'too_many_values'],
    [
      'too many sub-processors',
      { subProcessorsTold: Array<string>(mostAnswerValues + 1).fill('x') },
      'too_many_values',
    ],
  ])('is refused when it names %s', (_, more, fault) => {
    expect(hearAnswer(sent(more), place)).toEqual(refused(fault));
  });

  it('leaves free text outside', () => {
    const free = 'no row for jane@example.com';
    expect(
      heard({ reason: free, legalBasis: free, fieldsKept: ['city', free], subProcessorsTold: [free] }),
    ).toMatchObject({
      reason: withheld,
      legalBasis: withheld,
      fieldsKept: ['city', withheld],
      subProcessorsTold: [withheld],
    });
    expect(heard({ reason: 'no_row_for_15073' }).reason).toBe(withheld);
  });

  it('gives no reason with an empty text', () => {
    expect(heard({ outcome: 'not_notified', reason: ' ' }).reason).toBeNull();
  });

  it('was said when the broker took it, at the latest', () => {
    const wrong = new Date('+012000-01-01T00:00:00Z');
    expect(heard({ answeredAt: wrong }).answeredAt).toEqual(place.appendedAt);
    expect(heard({ answeredAt: new Date(0) }).answeredAt).toEqual(place.appendedAt);
    expect(heard({ erasedThrough: wrong }).erasedThrough).toEqual(at(day + minute));
    expect(heard({ erasedThrough: at(day + 1) }).erasedThrough).toEqual(at(day + 1));
  });

  it(`is bounded, clean and on a real day whatever it was (seed ${seed})`, () => {
    const free = fc.string({ maxLength: 40 }).map((text) => `jane canary ${text}`);
    const time = fc.date({ noInvalidDate: true });
    const anything = fc.record({
      reason: fc.option(free),
      legalBasis: fc.option(free),
      fieldsKept: fc.array(free, { maxLength: 60 }),
      subProcessorsTold: fc.array(free, { maxLength: 60 }),
      erasedThrough: time,
      answeredAt: time,
    });
    fc.assert(
      fc.property(anything, (said) => {
        const found = hearAnswer(sent(said), place);
        expect(JSON.stringify(found)).not.toContain('canary');
        if (found.kind === 'refused') return;
        const { answeredAt, fieldsKept } = found.command;
        expect(fieldsKept.length).toBeLessThanOrEqual(mostAnswerValues);
        expect(answeredAt.toISOString().slice(0, 10)).toMatch(/^2\d{3}-\d\d-\d\d$/);
        expect(answeredAt <= place.appendedAt).toBe(true);
      }),
      { seed, numRuns: 200 },
    );
  });
});
