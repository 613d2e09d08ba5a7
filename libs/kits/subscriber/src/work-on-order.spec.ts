/** Attempts that fail, last or wait, with the ledger in a file; the Kafka around them is in subscribe.int.spec.ts. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErasureOrdered } from '@lethe/contracts';
import { type Done, erased } from './done.ts';
import { fileLedger } from './file-ledger.ts';
import { begun, type Ledger } from './ledger.ts';
import { givenOrder } from './order.given.ts';
import type { Team } from './team.ts';
import { turnstile } from './turnstile.ts';
import { workOn } from './work-on-order.ts';
import type { Workplace } from './workplace.ts';

let folder: string;
let ledger: Required<Ledger>;
let logged: { readonly message: string; readonly fields: object }[] = [];
const log = (fields: object, message: string): void => void logged.push({ fields, message });
const logger = { debug: log, info: log, warn: log, error: log };
const draining = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-work-'));
  ledger = fileLedger(join(folder, 'ledger.sqlite'));
  logged = [];
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const placeOf = (team: Omit<Team, 'system'>, more: Partial<Workplace> = {}): Workplace => ({
  team: { system: 'desk', ...team },
  ...{ ledger, by: 'me', aliveMs: 60_000, warnAfterMs: 60_000, limitMs: null, logger, draining, over: draining },
  retry: { firstDelayMs: 1, maxDelayMs: 1, maxAttempts: 3, maxElapsedMs: Infinity },
  places: turnstile(1, draining),
  ...more,
});
/** Each call takes the next step; the last one stays. */
const inTurn = (...steps: readonly (Done | Error)[]) => {
  let calls = 0;
  return (): Done => {
    const step = steps[Math.min(calls, steps.length - 1)];
    calls += 1;
    if (step === undefined || step instanceof Error) throw step ?? new Error('no step');
    return step;
  };
};
const passing = new Error('the store was away for a moment');
const nothing = { outcome: 'not_found', count: 0, method: null, reason: null };

describe('a system that held nothing, in passing trouble', () => {
  it('says not_found when it counts, however its first attempt ended', async () => {
    const team = { count: () => 0, erase: inTurn(passing, 'not_found') };
    expect(await workOn(givenOrder(), placeOf(team))).toMatchObject(nothing);
  });

  it('says not_found when its first attempt said failed, which means that it erased nothing', async () => {
    const order = givenOrder();
    const place = placeOf({ erase: inTurn({ outcome: 'failed', reason: 'store_away' }, erased(0, 'deleted')) });
    expect(await workOn(order, place)).toMatchObject({ outcome: 'failed', reason: 'store_away' });
    expect(await workOn(order, place)).toMatchObject(nothing);
  });

  it('says not_found when the trouble came before erase was called', async () => {
    const held = [() => Promise.reject(passing), () => 0];
    const team = { count: () => (held.shift() ?? (() => 0))(), erase: inTurn('not_found') };
    expect(await workOn(givenOrder(), placeOf(team))).toMatchObject(nothing);
  });
});

describe('an attempt that threw and may have erased something', () => {
  it('leaves a count that nobody knows, with its method and the reason', async () => {
    const unknown = { outcome: 'erased', count: null, method: 'masked', reason: 'interrupted_run' };
    const [one, other] = [inTurn(passing, erased(0, 'masked')), inTurn(passing, 'not_found')];
    expect(await workOn(givenOrder(), placeOf({ erase: one }))).toMatchObject(unknown);
    expect(await workOn(givenOrder(), placeOf({ erase: other, method: 'masked' }))).toMatchObject(unknown);
  });

  it('and nobody can say how: that is failed, once and by its code, until the team has a method', async () => {
    const order = givenOrder();
    const erase = inTurn(passing, 'not_found');
    expect(await workOn(order, placeOf({ erase }))).toMatchObject({ outcome: 'failed', reason: 'interrupted_run' });
    expect(logged.map(({ message }) => message).join()).toContain('give the team its `method`');
    expect((await ledger.find(order.orderId))?.answer).toBeNull();
    expect(await workOn(order, placeOf({ erase }))).toMatchObject({ outcome: 'failed', reason: 'interrupted_run' });
    const answer = await workOn(order, placeOf({ erase, method: 'deleted' }));
    expect(answer).toMatchObject({ outcome: 'erased', count: null, method: 'deleted', reason: 'interrupted_run' });
  });
});

describe('how far an answer reaches', () => {
  it('is as far as was ordered, so that a later cut-off is worked on again', async () => {
    const order = givenOrder({ eraseThrough: new Date(Date.now() - 60_000) });
    const later = { ...order, eraseThrough: new Date(Date.now() - 30_000), attempt: 2 };
    const calls: Date[] = [];
    const erase = ({ eraseThrough }: ErasureOrdered): Done => {
      calls.push(eraseThrough);
      return erased(1, 'deleted');
    };
    expect(await workOn(order, placeOf({ erase }))).toMatchObject({ count: 1, erasedThrough: order.eraseThrough });
    expect(await workOn(later, placeOf({ erase }))).toMatchObject({ count: 2, erasedThrough: later.eraseThrough });
    expect(calls).toEqual([order.eraseThrough, later.eraseThrough]);
  });

  it('is further when the team says so, and a cut-off before that is done', async () => {
    const order = givenOrder({ eraseThrough: new Date(Date.now() - 60_000) });
    let calls = 0;
    const erase: Team['erase'] = (_, { began }) => {
      calls += 1;
      return { outcome: 'erased', count: 1, method: 'deleted', erasedThrough: began };
    };
    const answer = await workOn(order, placeOf({ erase }));
    expect(Date.now() - (answer?.erasedThrough.getTime() ?? 0)).toBeLessThan(30_000);
    const later = { ...order, eraseThrough: new Date(Date.now() - 30_000), attempt: 2 };
    expect(await workOn(later, placeOf({ erase }))).toEqual(answer);
    expect(calls).toBe(1);
  });
});

describe('a call that does not end', () => {
  it('is told by its order, given up after the limit with its signal aborted, and makes room for the next', async () => {
    const stuck = givenOrder();
    const signals: AbortSignal[] = [];
    const erase: Team['erase'] = ({ orderId }, { signal }) => {
      if (orderId !== stuck.orderId) return erased(1, 'deleted');
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const place = placeOf({ erase }, { warnAfterMs: 10, limitMs: 100 });
    const [failed, answered] = await Promise.all([workOn(stuck, place), workOn(givenOrder(), place)]);
    expect(failed).toMatchObject({ outcome: 'failed', reason: 'erase_too_long' });
    expect(answered).toMatchObject({ outcome: 'erased', count: 1 });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]); // once: it is not tried again at once
    const warned = logged.filter(({ message }) => message.includes('still at this order'));
    expect(warned.length).toBeGreaterThan(1);
    expect(warned[0]?.fields).toMatchObject({ orderId: stuck.orderId, runningMs: expect.any(Number) });
    // Nobody says any more that the run lives; what it may have erased is still in doubt.
    expect((await ledger.find(stuck.orderId))?.run).toMatchObject({ number: 1 });
  });

  it('is given up in count as in erase, and in a transaction of the team', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const failed = { outcome: 'failed', reason: 'erase_too_long' };
    const more = { limitMs: 50 };
    expect(await workOn(givenOrder(), placeOf({ count: never, erase: never }, more))).toMatchObject(failed);
    const theirs = { ...more, ledger: { find: (orderId: string) => ledger.find(orderId) } };
    expect(await workOn(givenOrder(), placeOf({ erase: never }, theirs))).toMatchObject(failed);
  });
});

describe('an order that another process is at', () => {
  it('waits outside: meanwhile others are worked on; then its answer is the one of the other process', async () => {
    const busy = givenOrder();
    const theirs = { by: 'them', aliveUntil: new Date(Date.now() + 60_000), aliveMs: 60_000, held: null };
    await ledger.change(busy.orderId, (standing) => begun(busy.orderId, standing, theirs));
    const erase = ({ orderId }: ErasureOrdered): Done => {
      if (orderId === busy.orderId) throw new Error('it is theirs');
      return erased(1, 'deleted');
    };
    const place = placeOf({ erase });
    const waiting = workOn(busy, place);
    expect(await workOn(givenOrder(), place)).toMatchObject({ outcome: 'erased', count: 1 });
    const done = await workOn(busy, placeOf({ erase: () => erased(7, 'deleted') }, { by: 'them' }));
    expect(done?.outcome).toBe('erased');
    expect(await waiting).toEqual(done);
    expect(logged.filter(({ message }) => message.startsWith('another process'))).toHaveLength(1);
  });

  it('is taken over when that process gives no sign any more, though its clock said that it lives for a year', async () => {
    const order = givenOrder();
    const theirs = { by: 'them', aliveUntil: new Date(Date.now() + 3e10), aliveMs: 300, held: 10 };
    await ledger.change(order.orderId, (standing) => begun(order.orderId, standing, theirs));
    const team = { count: () => 0, erase: inTurn(erased(4, 'deleted')) };
    expect(await workOn(order, placeOf(team))).toMatchObject({ outcome: 'erased', count: 10 });
  });
});

describe('an entry that is damaged', () => {
  it('is said to be, in the log and to Lethe, and nothing is erased', async () => {
    const order = givenOrder();
    await ledger.change(order.orderId, (standing) =>
      begun(order.orderId, standing, { by: 'me', aliveUntil: new Date(0), aliveMs: 1, held: null }),
    );
    const db = new DatabaseSync(join(folder, 'ledger.sqlite'));
    db.exec(`UPDATE entries SET entry = '{"orderId":"ada@example.com"}'`);
    db.close();
    const erase = (): never => {
      throw new Error('nothing may be erased');
    };
    const answer = await workOn(order, placeOf({ erase }));
    expect(answer).toMatchObject({ outcome: 'failed', reason: 'ledger_entry_damaged' });
    expect(logged).toEqual([
      {
        fields: { orderId: order.orderId, error: 'LedgerError', code: 'ledger_entry_damaged' },
        message: expect.stringContaining('an entry of the ledger is damaged'),
      },
    ]);
    expect(JSON.stringify(logged)).not.toContain('ada@');
  });
});
