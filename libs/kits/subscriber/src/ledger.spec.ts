import { describe, expect, it } from '@jest/globals';
import { erased, type Done, type FinalSaid, isFinal, saidBy } from './done.ts';
import { entryOf, entryText } from './ledger-text.ts';
import { begun, concluded, type Ending, gaveUp, isDone, type LedgerEntry, renewed } from './ledger.ts';
import { givenOrder } from './order.given.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 12, minute));
const order = givenOrder({ eraseThrough: at(10) });
const further = { ...order, eraseThrough: at(30), attempt: 2 };

const said = (done: Done, now = at(40)): FinalSaid => {
  const what = saidBy(done, order, now);
  if (!isFinal(what)) throw new Error('not final');
  return what;
};
const ending = (done: Done, changes: Partial<Ending> = {}): Ending => ({
  said: said(done),
  now: at(12),
  ...{ run: null, left: null, method: null },
  ...changes,
});
const begin = (standing: LedgerEntry | null, held: number | null, by = 'me', minute = 11): LedgerEntry =>
  begun(order.orderId, standing, { by, aliveUntil: at(minute + 1), aliveMs: 60_000, held });
const end = (standing: LedgerEntry, done: Done, left: number | null = null, method = null as Ending['method']) =>
  concluded(order, standing, ending(done, { run: standing.run, left, method }));

describe('an order', () => {
  const answered = concluded(order, null, ending(erased(54, 'deleted')));

  it('is done when it was answered, however often it is published', () => {
    expect(isDone(null, order)).toBe(false);
    expect(isDone(begin(null, 54), order)).toBe(false);
    expect(isDone(answered, { ...order, attempt: 5 })).toBe(true);
    expect(isDone(answered, { ...order, eraseThrough: at(9) })).toBe(true);
  });

  it('that reaches further than what was erased is worked on again, and what was done before counts', () => {
    expect(isDone(answered, further)).toBe(false);
    const again = concluded(further, answered, ending('not_found'));
    expect(again.answer).toMatchObject({ outcome: 'erased', count: 54, method: 'deleted', erasedThrough: at(30) });
    expect(concluded(further, answered, ending(erased(3, 'deleted'))).answer?.count).toBe(57);
    const kept: Done = { outcome: 'retained', until: null, fieldsKept: ['iban'], legalBasis: 'tax_law', count: 2 };
    expect(concluded(further, answered, ending(kept)).answer).toMatchObject({ outcome: 'retained', count: 56 });
  });

  it('is answered for as far as it was ordered, not as far as the clock: what came later was left alone', () => {
    expect(answered.answer?.erasedThrough).toEqual(order.eraseThrough);
    expect(isDone(answered, { ...order, eraseThrough: at(11) })).toBe(false);
    const far = { ...order, eraseThrough: new Date('9999-12-31T23:59:59Z') };
    expect(concluded(far, null, ending('not_found')).answer?.erasedThrough).toEqual(far.eraseThrough);
  });

  it('is answered for further when the team says so, and that is not taken back', () => {
    const reach: Done = { outcome: 'erased', count: 1, method: 'deleted', erasedThrough: at(40) };
    const reached = concluded(order, null, ending(reach));
    expect(reached.answer?.erasedThrough).toEqual(at(40));
    expect(isDone(reached, further)).toBe(true);
    // Two processes at once, each in its own transaction.
    expect(concluded(order, reached, ending('not_found')).answer?.erasedThrough).toEqual(at(40));
  });

  it('of which nothing was there is not_found', () => {
    const none = { outcome: 'not_found', count: 0, method: null };
    expect(concluded(order, null, ending(erased(0, 'deleted'))).answer).toMatchObject(none);
    expect(concluded(order, null, ending('not_found')).answer).toMatchObject(none);
  });

  it('is renewed by who is at it, as long as it is theirs', () => {
    const theirs = begin(null, null, 'them');
    expect(theirs.run && renewed(theirs, theirs.run, at(20)).run?.aliveUntil).toEqual(at(20));
    const mine = begin(theirs, null, 'me', 13);
    expect(theirs.run && renewed(mine, theirs.run, at(20))).toBe(mine);
    expect(theirs.run && gaveUp(mine, theirs.run, at(20))).toBe(mine);
  });
});

describe('after an interrupted run', () => {
  it.each([
    ['killed before it erased', 10, erased(10, 'deleted'), 0],
    ['killed half way', 10, erased(4, 'deleted'), 0],
    ['killed after it erased', 10, erased(0, 'deleted'), 0],
    ['killed after it erased, by a team that says not_found', 10, 'not_found', 0],
    ['whose team counts what it has to leave', 12, erased(4, 'deleted'), 2],
    ['killed three times', 10, erased(null, 'deleted'), 0],
  ] as const)('the count is what was there: %s', (what, held, done, left) => {
    const runs = what.includes('three') ? 4 : 2;
    const started = Array.from({ length: runs }).reduce<LedgerEntry | null>(
      (standing, _, run) => begin(standing, run === 0 ? held : 0),
      null,
    );
    if (started === null) throw new Error('there were runs');
    expect(started.run).toMatchObject({ number: runs, held });
    const answer = { outcome: 'erased', count: 10, method: 'deleted', reason: null };
    expect(end(started, done, left, 'deleted').answer).toMatchObject(answer);
  });

  it('nothing that was there stays nothing', () => {
    expect(end(begin(begin(null, 0), null), 'not_found', 0).answer).toMatchObject({ outcome: 'not_found', count: 0 });
  });

  it('a team that cannot count says that it cannot, and not that nothing was there', () => {
    const answer = end(begin(begin(null, null), null), erased(0, 'deleted')).answer;
    expect(answer).toMatchObject({ outcome: 'erased', count: null, method: 'deleted', reason: 'interrupted_run' });
  });

  it('that found nothing and one that erases nothing uncounted are told apart, whatever came meanwhile', () => {
    const started = begin(begin(null, 10), null);
    const unknown = { outcome: 'erased', count: null, method: 'deleted', reason: 'interrupted_run' };
    expect(end(started, erased(null, 'deleted'), 10).answer).toMatchObject(unknown);
    expect(end(started, erased(null, 'deleted'), 12).answer).toMatchObject(unknown);
    const kept = { outcome: 'retained', until: null, fieldsKept: [], legalBasis: 'tax_law' } as const;
    expect(end(started, kept, 12).answer?.count).toBeNull();
    expect(end(started, erased(0, 'deleted'), 12).answer).toMatchObject({ outcome: 'not_found', count: 0 });
  });

  it('erased is never said without a method: the team has one, or no final answer is true', () => {
    const started = begin(begin(null, null), null);
    const doubtful = { outcome: 'erased', count: null, method: 'masked', reason: 'interrupted_run' };
    expect(end(started, 'not_found', null, 'masked').answer).toMatchObject(doubtful);
    for (const [entry, left] of [[started, null] as const, [begin(begin(null, 10), null), 0] as const]) {
      expect(() => end(entry, 'not_found', left)).toThrow(expect.objectContaining({ code: 'interrupted_run' }));
    }
  });

  it('a run that said failed erased nothing, and leaves no doubt behind', () => {
    const first = begin(null, null);
    const after = first.run && gaveUp(first, first.run, at(12));
    expect(after?.run).toBeNull();
    expect(end(begin(after, null), 'not_found').answer).toMatchObject({ outcome: 'not_found', count: 0, reason: null });
    // What runs before it may have done is still open, and what a team counted at first still counts.
    const second = begin(begin(null, null), null);
    const still = second.run && gaveUp(second, second.run, at(12));
    expect(still?.run).toMatchObject({ number: 2, aliveUntil: at(12) });
    const counted = begin(null, 10);
    const again = begin(counted.run && gaveUp(counted, counted.run, at(12)), 3);
    expect(end(again, erased(3, 'deleted'), 0).answer).toMatchObject({ outcome: 'erased', count: 10 });
  });

  it('who was overtaken takes the answer of who overtook', () => {
    const mine = begin(null, 10, 'me', 11);
    const theirs = end(begin(mine, null, 'them', 20), erased(6, 'deleted'), 0);
    expect(theirs.answer?.count).toBe(10);
    expect(concluded(order, theirs, ending(erased(4, 'deleted'), { run: mine.run }))).toBe(theirs);
  });
});

describe('an entry', () => {
  const entries = [
    concluded(order, null, ending({ outcome: 'retained', until: at(50), fieldsKept: ['iban'], legalBasis: 'tax_law' })),
    begin(null, 10),
    begin(concluded(order, null, ending('not_found')), null),
  ];

  it.each(entries)('is the same after it was a text', (entry) => {
    expect(entryOf(entryText(entry))).toEqual(entry);
  });

  it('holds no identifier', () => {
    expect(entries.map(entryText).join()).not.toContain('ada@example.com');
  });

  it.each([
    '',
    '{}',
    '[]',
    'null',
    '{"orderId":"ada@example.com"}',
    '{"orderId":"a","answer":{"until":"x"},"run":null}',
  ])('that is damaged is said to be, without repeating it', (text) => {
    expect(() => entryOf(text)).toThrow('an entry of the ledger is damaged: it is no text that entryText wrote');
  });
});
