/** All keys rotate in a running cell, service by service: who is erased stays erased, and a case is told everything once. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@lethe/testkit';
import { type Cell, services, startCell } from './cell.ts';
import { type Desk, openDesk } from './desk.ts';
import { emailOf, publish, requestBody, signUp, userEvent, visit } from './members.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [p1, p2, r1, r2, s1, s2] = [key('p1'), key('p2'), key('r1'), key('r2'), key('s1'), key('s2')];
const old = { LETHE_PEPPERS: p1, LETHE_REGISTER_KEYS: r1, LETHE_SEALING_KEYS: s1 };
const young = {
  LETHE_PEPPERS: `${p2},${p1}`,
  LETHE_REGISTER_KEYS: `${r2},${r1}`,
  LETHE_SEALING_KEYS: `${s2},${s1}`,
};
const [erased, other] = ['rotation-erased', 'rotation-other'];
/** Under it the other one is known to a feed that speaks after the rotation alone. */
const secondAddress = 'rotation-second@example.com';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
}

describe('a rotation of all keys', () => {
  let cell: Cell;
  let desk: Desk;

  beforeAll(async () => {
    // What says the same is not merged: each event of this test is an observation.
    cell = await startCell({ env: { ...old, LETHE_COALESCE_MS: '0' } });
    desk = await openDesk(cell.bus, cell.prefix, () => ({}));
  }, 120_000);
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await cell[Symbol.asyncDispose]();
  }, 60_000);

  const closed = async (body: object): Promise<string> => {
    const response = await cell.post('/v1/subject-requests', body);
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as Shown;
    await waitFor(
      async () => ((await cell.get('intake', `/v1/subject-requests/${id}`)).body as Shown).state === 'completed',
      { what: `request ${id} to be completed`, timeoutMs: 60_000 },
    );
    return id;
  };
  const ordered = (id: string) => {
    const mine = desk.orders.filter(({ orderId }) => orderId.startsWith(id));
    return {
      orders: new Set(mine.map(({ orderId }) => orderId)).size,
      identifiers: mine.at(0)?.identifiers,
    };
  };
  const counts = (name: string, value: number): Promise<unknown> =>
    waitFor(
      async () => {
        const text = await (await fetch(`${cell.url('discovery')}/metrics`)).text();
        const line = text.split('\n').find((each) => each.startsWith(`${name}{`));
        return line !== undefined && Number(line.slice(line.lastIndexOf(' '))) === value;
      },
      { what: `${name} to be ${value}`, timeoutMs: 30_000 },
    );
  const register = () =>
    cell.mongo.db(`${cell.prefix}-discovery`).collection<{ _id: string; hash: string }>('erasure-register');

  it('forgets nobody, tells everything once, and leaves no old name in the register', async () => {
    await publish(cell.bus, cell.prefix, [signUp(erased), signUp(other)]);
    const first = await closed(requestBody(erased));
    expect(ordered(first)).toEqual({ orders: 1, identifiers: [{ type: 'member_id', value: erased }] });

    // Intake first: discovery hears names and boxes of keys that it does not hold yet, and waits for them.
    await cell.restart('intake', young);
    await publish(cell.bus, cell.prefix, [
      userEvent('members', [
        { type: 'member_id', value: other },
        { type: 'email', value: secondAddress },
      ]),
      visit(other),
      visit(erased),
    ]);
    for (const name of ['discovery', 'erasure', 'audit'] as const) await cell.restart(name, young);
    await counts('lethe_observations_after_cutoff_total', 1);

    // By an identifier of before, one of after, and both: the same subject, which has one member id.
    const both = {
      ...requestBody(other),
      identities: [
        { type: 'email', value: emailOf(other) },
        { type: 'email', value: secondAddress },
      ],
    };
    for (const body of [requestBody(other), { ...both, identities: both.identities.slice(1) }, both]) {
      const id = await closed(body);
      expect(ordered(id)).toEqual({ orders: 1, identifiers: [{ type: 'member_id', value: other }] });
    }

    await waitFor(async () => (await register().countDocuments({ hash: /^r1\./ })) === 0, {
      what: 'the register to be rewrapped',
      timeoutMs: 30_000,
    });
    expect(await register().countDocuments({ hash: /^r2\./ })).toBeGreaterThan(0);
    await publish(cell.bus, cell.prefix, [signUp(erased), visit(other)]);
    await counts('lethe_observations_after_cutoff_total', 3);
  }, 150_000);

  it('writes no identifier and no key into any log', () => {
    for (const name of services) {
      const output = cell.output(name);
      expect(output).not.toMatch(/rotation-(erased|other|second)/);
      for (const each of [p1, p2, r1, r2, s1, s2]) expect(output).not.toContain(each.slice(3));
    }
  });
});
