import { describe, expect, it } from '@jest/globals';
import {
  accept,
  answer,
  at,
  caseId,
  customer,
  customer2,
  day,
  email,
  footprint,
  given,
  identifier,
  lease,
  locate,
  minute,
  names,
  said,
  start,
  tell,
} from './given.fixture.ts';
import { failuresKept, strayAnswersKept } from './state.ts';

const located = locate(1, [customer]);
const complete = locate(2, [customer], { complete: true });

describe('a case', () => {
  it('is opened by whichever comes first, and orders only when it has both', () => {
    for (const [first, second] of [
      [accept, located],
      [located, accept],
    ] as const) {
      const one = given(first);
      expect(one.state.state).toBe('locating');
      expect(said(one.events, 'CaseOpened')).toHaveLength(1);
      expect(said(one.events, 'OrderSent')).toEqual([]);
      const both = given(first, second);
      expect(both.state.state).toBe('erasing');
      expect(said(both.events, 'CaseOpened')).toHaveLength(1);
      expect(said(both.events, 'OrderSent').map(({ orderId }) => orderId)).toEqual([
        `${caseId}:accounts:1`,
        `${caseId}:sales:1`,
      ]);
    }
  });

  it('sends an order with the cut-off, the answer-by time and sealed identifiers', () => {
    const { events } = given(accept, located);
    expect(said(events, 'ErasureOrdered')[1]).toEqual({
      event: 'ErasureOrdered',
      orderId: `${caseId}:sales:1`,
      requestId: caseId,
      controller: 'shop',
      system: 'sales',
      round: 1,
      datasets: ['orders', 'refunds'],
      identifiers: [customer],
      eraseThrough: at(minute),
      answerBy: at(minute + 7 * day),
      attempt: 1,
      legalReference: 'GDPR art. 17',
    });
  });

  it('closes when its location is complete and every order has its answer, whichever is last', () => {
    const answers = [answer('accounts', 1), answer('sales', 1)];
    for (const commands of [
      [accept, located, ...answers, complete],
      [accept, located, complete, ...answers],
    ]) {
      const told = given(...commands);
      expect(names(given(...commands.slice(0, -1)).events)).not.toContain('CaseClosed');
      expect(told.state).toMatchObject({ state: 'closed', outcome: 'erased', publishAgainAt: null });
      expect(said(told.events, 'CaseClosed')[0]?.orders).toEqual([
        {
          orderId: `${caseId}:accounts:1`,
          system: 'accounts',
          round: 1,
          outcome: 'erased',
          count: 3,
          method: 'deleted',
        },
        { orderId: `${caseId}:sales:1`, system: 'sales', round: 1, outcome: 'erased', count: 3, method: 'deleted' },
      ]);
    }
  });

  it('keeps no identifier once it is closed', () => {
    const { state } = given(accept, located, complete, answer('accounts', 1), answer('sales', 1));
    expect(JSON.stringify(state)).not.toContain(customer.ref);
    expect(state.orders.flatMap(({ identifiers }) => identifiers)).toEqual([]);
  });

  it('names its exceptions in the outcome', () => {
    const kept = answer('sales', 1, { outcome: 'retained', legalBasis: 'AO 147', reason: 'tax_law' });
    const told = given(accept, located, complete, answer('accounts', 1), kept);
    expect(told.state.outcome).toBe('erased_with_exceptions');
    expect(said(told.events, 'CaseClosed')[0]?.exceptions).toEqual([
      { system: 'sales', outcome: 'retained', reason: 'tax_law' },
    ]);
    expect(told.state.exceptions).toEqual(said(told.events, 'CaseClosed')[0]?.exceptions);
  });

  it.each([
    ['of a system that could look nothing up', footprint('telephony'), 'accepts_no_identifier'],
    ['of a system that the catalog does not name', footprint('legacy'), 'not_in_catalog'],
    ['of a dataset that the catalog does not name', footprint('sales', 'carts'), 'dataset_not_in_catalog'],
  ])('never says erased of data %s', (_, seen, reason) => {
    const { system, dataset } = seen;
    const last = locate(1, [customer], { footprints: [seen, seen], complete: true });
    const { state, events } = given(accept, last, answer('accounts', 1), answer('sales', 1));
    expect(state).toMatchObject({ state: 'closed', outcome: 'erased_with_exceptions' });
    expect(said(events, 'CaseClosed')[0]?.exceptions).toEqual([{ system, outcome: 'not_ordered', reason }]);

    const narrow = { ...accept, scope: { all: false, datasets: ['refunds'] } };
    expect(given(narrow, last, answer('sales', 1)).state.outcome).toBe('erased');
    const named = { ...accept, scope: { all: false, datasets: ['refunds', `${system}/${dataset}`] } };
    expect(given(named, last, answer('sales', 1)).state.outcome).toBe('erased_with_exceptions');
  });

  it('closes with an exception though nobody could be asked', () => {
    const told = given(
      accept,
      locate(1, [identifier('loyalty_no', 'x')], { footprints: [footprint('sales', 'orders')], complete: true }),
    );
    expect(told.state).toMatchObject({ state: 'closed', orders: [], outcome: 'erased_with_exceptions' });
  });

  it('goes by the answer where a system was asked before the catalog lost it', () => {
    const lost = { ...complete.plan, footprints: [footprint('sales', 'orders')] };
    const exclusions = [{ system: 'sales', reason: 'not_in_catalog' as const, since: null }];
    const plan = { ...lost, exclusions, systems: lost.systems.filter(({ system }) => system !== 'sales') };
    const told = given(accept, located, { ...complete, plan }, answer('accounts', 1), answer('sales', 1));
    expect(told.state).toMatchObject({ state: 'closed', outcome: 'erased', exceptions: [] });
  });

  it('asks only for what the scope names', () => {
    const narrow = { ...accept, scope: { all: false, datasets: ['refunds'] } };
    for (const commands of [
      [narrow, complete],
      [complete, narrow],
    ]) {
      const { state, events } = given(...commands);
      expect(said(events, 'OrderSent').map(({ system, datasets }) => ({ system, datasets }))).toEqual([
        { system: 'sales', datasets: ['refunds'] },
      ]);
      expect(state.outOfScope).toEqual(['accounts']);
    }
  });

  it('counts an increment that comes after its end, and orders nothing', () => {
    const closed = given(accept, complete, answer('accounts', 1), answer('sales', 1));
    const late = tell(closed, locate(3, [customer, email]), at(day));
    expect(names(late.last)).toEqual(['LateIncrementNoted']);
    expect(late.state).toEqual({ ...closed.state, lateIncrements: 1 });
  });
});

describe('an increment', () => {
  it('that is older or equal changes nothing', () => {
    const told = given(accept, locate(2, [customer]));
    for (const old of [locate(2, [customer, email]), locate(1, [email])]) {
      expect(tell(told, old, at(day)).last).toEqual([]);
    }
  });

  it('that adds an identifier is a new round where it was asked, and an order where it was not', () => {
    const told = given(accept, locate(1, [customer]), locate(2, [customer, email]));
    const sent = said(told.last, 'OrderSent').map(({ orderId }) => orderId);
    expect(sent).toEqual([`${caseId}:accounts:2`, `${caseId}:newsletter:1`]);
    expect(said(told.last, 'ErasureOrdered')[0]?.identifiers).toEqual([customer, email]);
    expect(new Set(said(told.events, 'OrderSent').map(({ eraseThrough }) => eraseThrough.getTime())).size).toBe(1);
  });

  it('that adds a place brings in a system that was left out', () => {
    const told = given(accept, located, locate(2, [customer], { footprints: [footprint('archive')] }));
    expect(said(told.last, 'OrderSent').map(({ system }) => system)).toEqual(['archive']);
    expect(told.state.location?.exclusions).toEqual([]);
  });
});

describe('a lease', () => {
  it('publishes again what is open and due: same order, same answer-by time, no second OrderSent', () => {
    const told = given(accept, located, answer('accounts', 1));
    expect(told.state.publishAgainAt).toEqual(at(minute + lease.publishAgainAfterMs));
    expect(tell(told, { type: 'PublishAgain' }, at(lease.publishAgainAfterMs)).last).toEqual([]);

    const due = at(minute + lease.publishAgainAfterMs);
    const again = tell(told, { type: 'PublishAgain' }, due);
    expect(names(again.last)).toEqual(['ErasureOrdered', 'OrderLeased']);
    const [first] = said(told.events, 'ErasureOrdered').filter(({ system }) => system === 'sales');
    expect(again.last[0]).toEqual({ ...first, attempt: 2 });
    expect(again.state.publishAgainAt).toEqual(new Date(due.getTime() + lease.publishAgainAfterMs));
  });

  it('ends with the answer', () => {
    const told = given(accept, located, answer('accounts', 1), answer('sales', 1));
    expect(told.state).toMatchObject({ state: 'erasing', publishAgainAt: null });
    expect(tell(told, { type: 'PublishAgain' }, at(day)).last).toEqual([]);
  });
});

describe('an answer', () => {
  const open = given(accept, complete);
  const sales = (more: Parameters<typeof answer>[2]) => tell(open, answer('sales', 1, more), at(day));
  const isOpen = (told: typeof open) => told.state.orders[1]?.state === 'open' && told.state.publishAgainAt !== null;

  it('counts once: later ones of the round change nothing, also after the end', () => {
    const once = sales({});
    const twice = tell(once, answer('sales', 1, { outcome: 'retained', count: 99 }), at(day));
    expect(names(twice.last)).toEqual(['AnswerUnheeded']);
    expect(twice.state.orders[1]?.answer).toEqual(once.state.orders[1]?.answer);
    const closed = tell(twice, answer('accounts', 1), at(day));
    const late = tell(closed, answer('sales', 1, { outcome: 'failed', reason: 'disk_full' }), at(2 * day));
    expect(late.state.orders[1]?.unheeded.repeated).toBe(2);
    expect(late.state.state).toBe('closed');
  });

  it('that failed keeps the order open, and is a fact once for each reason', () => {
    const failed = sales({ outcome: 'failed', reason: 'disk_full' });
    expect(names(failed.last)).toEqual(['OrderAnswered']);
    expect(isOpen(failed)).toBe(true);
    const repeated = tell(failed, answer('sales', 1, { outcome: 'failed', reason: 'disk_full' }), at(day));
    expect(names(repeated.last)).toEqual(['FailureRepeated']);
    expect(repeated.state.orders[1]?.failures).toMatchObject([{ reason: 'disk_full', times: 2 }]);
    const other = tell(repeated, answer('sales', 1, { outcome: 'failed', reason: 'no_access' }), at(day));
    expect(names(other.last)).toEqual(['OrderAnswered']);
    expect(tell(other, answer('sales', 1), at(day)).state.orders[1]?.state).toBe('answered');
  });

  it.each([
    ['that looked before the cut-off', { erasedThrough: start }, 'too_early'],
    ['not_notified without a reason', { outcome: 'not_notified' }, 'reason_missing'],
    ['newer than this reader', { outcome: 'unspecified' }, 'not_understood'],
    ['that only Lethe may say', { outcome: 'not_ordered' }, 'not_understood'],
  ] as const)('%s is counted, and the order stays open', (_, more, why) => {
    const told = sales(more);
    expect(told.last).toEqual([{ event: 'AnswerUnheeded', orderId: `${caseId}:sales:1`, why }]);
    expect(isOpen(told)).toBe(true);
    expect(told.state.orders[1]?.unheeded[why]).toBe(1);
  });

  it.each([
    ['erased', 'erased', null],
    ['not_found', 'erased', null],
    ['notified', 'erased', null],
    ['retained', 'erased_with_exceptions', null],
    ['not_notified', 'erased_with_exceptions', 'no_contact'],
  ] as const)('%s ends the round and makes the case %s', (outcome, ends, reason) => {
    const told = tell(sales({ outcome, reason }), answer('accounts', 1), at(day));
    expect(told.state).toMatchObject({ state: 'closed', outcome: ends });
  });

  it('may look at the very moment of the cut-off', () => {
    expect(names(sales({ erasedThrough: at(minute) }).last)).toEqual(['OrderAnswered']);
  });

  it('to an order that nobody gave opens a stub that is shown', () => {
    const told = given(answer('sales', 1));
    expect(names(told.events)).toEqual(['StrayAnswerNoted']);
    expect(told.state).toMatchObject({ state: 'unheard', requestId: caseId, sequence: 0 });
    expect(told.state.strayAnswers).toMatchObject([{ orderId: `${caseId}:sales:1`, outcome: 'erased' }]);
  });

  it('that came before its order counts when the order opens, if it looked late enough', () => {
    const early = answer('sales', 1, { erasedThrough: start, count: 1 });
    const told = given(early, answer('sales', 1, { count: 2 }), answer('sales', 7), accept, complete);
    const order = told.state.orders.find(({ system }) => system === 'sales');
    expect(order).toMatchObject({ state: 'answered', answer: { count: 2 }, unheeded: { too_early: 1 } });
    expect(told.state.strayAnswers.map(({ orderId }) => orderId)).toEqual([`${caseId}:sales:7`]);
  });

  it('to unknown orders cannot grow the case without bound', () => {
    const told = given(...Array.from({ length: strayAnswersKept + 5 }, (_, index) => answer('sales', index + 1)));
    expect(told.state.strayAnswers).toHaveLength(strayAnswersKept);
    expect(told.state.strayAnswersDropped).toBe(5);
  });

  it('that names what its topic may not never reaches a case', () => {
    expect(() => given({ ...answer('sales', 1), system: 'accounts' })).toThrow('order_of_another_system');
  });

  it('that fails for ever new reasons cannot grow the case without bound, and may still succeed', () => {
    const failures = Array.from({ length: failuresKept + 5 }, (_, index) =>
      answer('sales', 1, { outcome: 'failed', reason: `code_${index}` }),
    );
    const told = failures.reduce((so, failure) => tell(so, failure, at(day)), open);
    expect(told.state.orders[1]?.failures).toHaveLength(failuresKept);
    expect(told.state.orders[1]?.unheeded.too_many_failures).toBe(5);
    expect(said(told.events, 'OrderAnswered')).toHaveLength(failuresKept);
    const known = tell(told, answer('sales', 1, { outcome: 'failed', reason: 'code_0' }), at(day));
    expect(names(known.last)).toEqual(['FailureRepeated']);
    expect(tell(told, answer('sales', 1), at(day)).state.orders[1]?.state).toBe('answered');
  });
});

describe('a not_found against a footprint', () => {
  const seen = { footprints: [footprint('sales', 'orders')] };
  const none = { outcome: 'not_found', count: 0, method: null } as const;
  const contradicted = [answer('accounts', 1), answer('sales', 1, none)];
  const orders = (told: ReturnType<typeof given>) =>
    told.state.orders.map(({ orderId }) => orderId.replace(caseId, ''));

  it('is a contradiction: shown, and asked once more', () => {
    const told = given(accept, locate(1, [customer], { ...seen, complete: true }), ...contradicted);
    expect(names(told.last)).toEqual(['OrderAnswered', 'OrderPlanned', 'OrderSent', 'ErasureOrdered', 'OrderLeased']);
    expect(told.state.orders[1]?.answer?.contradiction).toBe(true);
    expect(orders(told)).toEqual([':accounts:1', ':sales:1', ':sales:2']);
    const again = tell(told, answer('sales', 2, none), at(day));
    expect(again.state.state).toBe('closed');
    expect(again.state.orders[2]?.answer?.contradiction).toBe(true);
  });

  it('waits for the location, which may ask the system anyway', () => {
    const first = given(accept, locate(1, [customer], seen), ...contradicted);
    expect(orders(first)).toEqual([':accounts:1', ':sales:1']);
    const grown = tell(first, locate(2, [customer, customer2], { ...seen, complete: true }), at(day));
    expect(orders(grown)).toEqual([':accounts:1', ':sales:1', ':accounts:2', ':sales:2']);
    const same = tell(first, locate(2, [customer], { ...seen, complete: true }), at(day));
    expect(orders(same)).toEqual([':accounts:1', ':sales:1', ':sales:2']);
  });

  it('is one too when the footprint turns up later', () => {
    const told = given(accept, locate(1, [customer]), ...contradicted);
    expect(told.state.orders[1]?.answer?.contradiction).toBe(false);
    const late = tell(told, locate(2, [customer], { ...seen, complete: true }), at(day));
    expect(late.state.orders[1]?.answer?.contradiction).toBe(true);
    expect(orders(late)).toEqual([':accounts:1', ':sales:1', ':sales:2']);
  });

  it('is none when the footprint is of a dataset that was not asked about', () => {
    const narrow = { ...accept, scope: { all: false, datasets: ['refunds'] } };
    const told = given(narrow, locate(1, [customer], { ...seen, complete: true }), answer('sales', 1, none));
    expect(told.state).toMatchObject({ state: 'closed', outcome: 'erased' });
  });
});
