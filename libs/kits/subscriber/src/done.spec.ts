import { describe, expect, it } from '@jest/globals';
import { encodeEvent } from '@lethe/contracts';
import { finalAnswer } from './answer.ts';
import { AnswerError, type AnswerFault, type Done, erased, isFinal, saidBy } from './done.ts';
import { concluded } from './ledger.ts';
import { givenOrder } from './order.given.ts';

const [eraseThrough, now] = [new Date('2026-01-05T10:00:00Z'), new Date('2026-01-05T11:00:00Z')];
const until = new Date('2030-01-01T00:00:00Z');
const kept = { outcome: 'retained', until, fieldsKept: ['invoice_no'], legalBasis: 'GDPR art. 17(3)(b)' } as const;
const erased1 = { outcome: 'erased', count: 1, method: 'deleted' } as const;
/** What a team without types may return. */
const loosely = (done: unknown): Done => done as Done;

describe('what a team says', () => {
  it.each([
    ['as ordered', eraseThrough, eraseThrough],
    ['until now', now, now],
    ['as ordered, by a clock that is ahead of the team', until, until],
  ])('may be how far it erased: %s', (_, erasedThrough, ordered) => {
    const order = { eraseThrough: ordered < now ? eraseThrough : ordered };
    expect(saidBy({ ...erased1, erasedThrough }, order, now)).toMatchObject({ erasedThrough });
  });

  it('says nothing about its reach when it failed', () => {
    const failed = { outcome: 'failed', reason: 'no_disk', erasedThrough: new Date(0) };
    expect(saidBy(loosely(failed), { eraseThrough }, now)).toMatchObject({ outcome: 'failed', erasedThrough: null });
  });

  it.each<[string, Done]>([
    ['erased', erased(54, 'anonymised')],
    ['erased, uncounted', erased(null, 'key_destroyed')],
    ['beyond use', { outcome: 'erased', count: 3, method: 'beyond_use', until }],
    ['not_found', 'not_found'],
    ['not_found with its code', { outcome: 'not_found', reason: 'archived_before' }],
    ['retained', kept],
    ['retained for good, the rest masked', { ...kept, until: null, count: 3, method: 'masked' }],
    ['notified', { outcome: 'notified', subProcessorsTold: ['acme-mail'] }],
    ['not_notified', { outcome: 'not_notified', reason: 'no_contact' }],
  ])('becomes an answer that Lethe takes: %s', (_, done) => {
    const order = givenOrder();
    const now = new Date();
    const said = saidBy(done, order, now);
    if (!isFinal(said)) throw new Error('final');
    const { answer } = concluded(order, null, { said, now, run: null, left: null, method: null });
    if (answer === null) throw new Error('answered');
    expect(() => encodeEvent('ErasureAnswered', finalAnswer(order, answer))).not.toThrow();
  });

  const jane = 'no row for jane@example.com';
  it.each<[string, AnswerFault, unknown]>([
    ['nothing', 'outcome', undefined],
    ['true', 'outcome', true],
    ['an outcome that is none', 'outcome', { outcome: jane }],
    ["Lethe's own outcome", 'outcome', { outcome: 'not_ordered' }],
    ['a name inherited from Object', 'outcome', { outcome: 'constructor' }],
    ['a negative count', 'count', { outcome: 'erased', count: -1, method: 'deleted' }],
    ['half a row', 'count', { outcome: 'erased', count: 0.5, method: 'deleted' }],
    ['a count that is a text', 'count', { outcome: 'erased', count: '15073', method: 'deleted' }],
    ['a count beyond all counting', 'count', { outcome: 'erased', count: 2 ** 53, method: 'deleted' }],
    ['no method', 'method', { outcome: 'erased', count: 1 }],
    ['a method that is none', 'method', { outcome: 'erased', count: 1, method: 'unspecified' }],
    ['a free text', 'reason', { outcome: 'not_notified', reason: jane }],
    ['an address', 'reason', { outcome: 'not_found', reason: 'jane@example.com' }],
    ["a customer's number", 'reason', { outcome: 'not_found', reason: 'no_row_for_15073' }],
    ['a NUL', 'reason', { outcome: 'not_found', reason: 'a\0b' }],
    ['an empty reason', 'reason', { outcome: 'not_notified', reason: '' }],
    ['no reason', 'reason', { outcome: 'not_notified' }],
    ['no basis', 'legalBasis', { ...kept, legalBasis: undefined }],
    ['a story for a basis', 'legalBasis', { ...kept, legalBasis: 'because Jane asked us to' }],
    ['values of fields', 'fieldsKept', { ...kept, fieldsKept: ['Jane Miller'] }],
    ['fields that are no list', 'fieldsKept', { ...kept, fieldsKept: 'name' }],
    ['more fields than an answer holds', 'fieldsKept', { ...kept, fieldsKept: Array<string>(51).fill('name') }],
    ['the year 9999', 'until', { ...kept, until: new Date('9999-12-31T00:00:00Z') }],
    ['a time that is none', 'until', { ...kept, until: new Date(NaN) }],
    ['seconds', 'until', { ...kept, until: 1_893_456_000 }],
    ['people for sub-processors', 'subProcessorsTold', { outcome: 'notified', subProcessorsTold: [jane] }],
    ['less far than ordered', 'erasedThrough', { outcome: 'not_found', erasedThrough: new Date(+eraseThrough - 1) }],
    ["further than the team's time", 'erasedThrough', { ...erased1, erasedThrough: new Date(+now + 1) }],
    ['a reach that is none', 'erasedThrough', { ...erased1, erasedThrough: '2026-01-05T10:30:00Z' }],
    ['a failure without its code', 'reason', { outcome: 'failed' }],
  ])('is refused by its field, and not repeated: %s', (_, fault, done) => {
    const problem = (() => {
      try {
        return saidBy(loosely(done), { eraseThrough }, now);
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toBeInstanceOf(AnswerError);
    expect(problem).toMatchObject({ fault, code: 'answer_not_valid' });
    expect(JSON.stringify([problem, String(problem)])).not.toMatch(/jane|Miller|15073/i);
  });
});
