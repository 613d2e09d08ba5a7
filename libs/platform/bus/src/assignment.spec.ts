import { describe, expect, it } from '@jest/globals';
import { type Assignment, assignment } from './assignment.ts';
import type { Batch, Start, Verdict } from './bus.ts';
import { silentLogger } from './logger.ts';

const at = { topic: 't', partition: 0 };
const batch = (fetchedFrom: number, next: number): Batch => ({ ...at, fetchedFrom, next, end: next, records: [] });
const alive = (): Promise<void> => Promise.resolve();
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const later = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};

const made = (
  start: () => Promise<Start>,
  handle: () => Promise<Verdict>,
): { readonly one: Assignment; readonly orders: string[] } => {
  const orders: string[] = [];
  const one = assignment(
    at,
    { group: 'g', topics: ['t'], assigned: start, handle, revoked: () => orders.push('revoked') },
    {
      pause: () => orders.push('pause'),
      resume: () => orders.push('resume'),
      seek: (offset) => orders.push(`seek ${offset}`),
      commit: (offset) => orders.push(`commit ${offset}`),
      facts: () => Promise.resolve({ ...at, topicId: 'id', logStart: 0, logEnd: 100, committed: null }),
    },
    silentLogger,
  );
  return { one, orders };
};
const from = (offset: number) => (): Promise<Start> => Promise.resolve({ kind: 'start', at: offset });
const done = (): Promise<Verdict> => Promise.resolve({ kind: 'done' });

describe('assignment', () => {
  it('leaves a batch alone that comes before the start is known', async () => {
    const gate = later<Start>();
    const { one, orders } = made(() => gate.promise, done);
    const begun = one.begin();
    expect(await one.onBatch(batch(0, 5), alive)).toBe(false);
    gate.resolve({ kind: 'start', at: 7 });
    await begun;
    expect(orders).toEqual(['pause', 'pause', 'seek 7', 'resume']);
    expect(await one.onBatch(batch(7, 9), alive)).toBe(true);
    expect(orders.at(-1)).toBe('commit 9');
  });

  it('seeks when a fetch began elsewhere, and looks at the facts again when that does not help', async () => {
    const { one, orders } = made(from(7), done);
    await one.begin();
    for (let i = 0; i < 3; i += 1) expect(await one.onBatch(batch(0, 5), alive)).toBe(false);
    await turns();
    expect(orders).toEqual(['pause', 'seek 7', 'resume', 'seek 7', 'seek 7', 'pause', 'seek 7', 'resume']);
  });

  it('ignores the verdict of a handler whose partition went away meanwhile', async () => {
    const gate = later<Verdict>();
    const { one, orders } = made(from(0), () => gate.promise);
    await one.begin();
    const handled = one.onBatch(batch(0, 5), alive);
    one.revoke();
    one.revoke();
    gate.resolve({ kind: 'done' });
    expect(await handled).toBe(false);
    expect(orders).toEqual(['pause', 'seek 0', 'resume', 'revoked']);
  });

  it('waits for the running handler before it begins again, and then its verdict no longer counts', async () => {
    const gate = later<Verdict>();
    const { one, orders } = made(from(0), () => gate.promise);
    await one.begin();
    const handled = one.onBatch(batch(0, 5), alive);
    const again = one.begin();
    await turns();
    expect(orders).toEqual(['pause', 'seek 0', 'resume', 'pause']);
    gate.resolve({ kind: 'done' });
    expect(await handled).toBe(false);
    await again;
    expect(orders.slice(4)).toEqual(['seek 0', 'resume']);
  });

  it('asks again when the subscriber cannot say where to begin', async () => {
    let asked = 0;
    const start = (): Promise<Start> => {
      asked += 1;
      return asked < 3 ? Promise.reject(new Error('no database')) : from(0)();
    };
    const { one, orders } = made(start, done);
    await one.begin();
    while (!orders.includes('resume')) await turns();
    expect(asked).toBe(3);
    expect(one.halted()).toBeNull();
  });

  it('takes no new batch while draining, but the verdict of the running one counts', async () => {
    const gate = later<Verdict>();
    const { one, orders } = made(from(0), () => gate.promise);
    await one.begin();
    const handled = one.onBatch(batch(0, 5), alive);
    one.drain();
    gate.resolve({ kind: 'done', commit: 3 });
    expect(await handled).toBe(true);
    expect(orders.at(-1)).toBe('commit 3');
    expect(await one.onBatch(batch(5, 9), alive)).toBe(false);
  });
});
