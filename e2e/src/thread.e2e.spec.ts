/** One customer, ten rows, one team: from a request over HTTP to entries in the audit log. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@lethe/testkit';
import { type Cell, services, startCell } from './cell.ts';
import { type Desk, openDesk } from './desk.ts';
import { publish, requestBody, signUp, visit } from './members.ts';

const LEASE_MS = 2_000;

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
}

describe('the thread', () => {
  let cell: Cell;
  const desks: Desk[] = [];

  beforeAll(async () => {
    cell = await startCell({ env: { LETHE_PUBLISH_AGAIN_MS: String(LEASE_MS) } });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk[Symbol.asyncDispose]()));
  }, 30_000);
  afterAll(async () => {
    await cell[Symbol.asyncDispose]();
  }, 60_000);

  const accept = async (member: string): Promise<string> => {
    const response = await cell.post('/v1/subject-requests', requestBody(member));
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as Shown;
    expect(response.headers.get('location')).toBe(`/v1/subject-requests/${id}`);
    return id;
  };
  const kindsOf = async (id: string): Promise<readonly string[]> => {
    const { body } = await cell.get('audit', `/v1/cases/${id}/entries`);
    return (body as { entries?: readonly { kind: string }[] }).entries?.map(({ kind }) => kind) ?? [];
  };
  const closed = (id: string): Promise<Shown> =>
    waitFor(
      async () => {
        const { status, body } = await cell.get('intake', `/v1/subject-requests/${id}`);
        const shown = body as Shown;
        return status === 200 && shown.state === 'completed' ? shown : false;
      },
      { what: `request ${id} to be completed`, timeoutMs: 30_000 },
    );

  it('leads from a request to an erasure, an answer, a closed case and audit entries', async () => {
    const member = 'thread-one';
    await publish(cell.bus, cell.prefix, [signUp(member), ...Array.from({ length: 9 }, () => visit(member))]);
    const desk = await openDesk(cell.bus, cell.prefix, () => ({ count: 10 }));
    desks.push(desk);

    const id = await accept(member);
    expect((await closed(id)).outcome).toBe('erased');

    // The request named an email alone; the link gave the identifier that the desk can look up, and no other.
    expect(desk.orders.map(({ identifiers }) => identifiers)).toEqual([[{ type: 'member_id', value: member }]]);
    // The last word is the request's, and audit hears it a moment after intake has said it.
    const kinds = await waitFor(
      async () => {
        const heard = await kindsOf(id);
        return heard.includes('SubjectRequestCompleted') ? heard : false;
      },
      { what: 'audit to hear of the completion', timeoutMs: 20_000 },
    );
    expect([...kinds].sort()).toEqual([
      'CaseClosed',
      'CaseOpened',
      'OrderAnswered',
      'OrderSent',
      'SubjectRequestAccepted',
      'SubjectRequestCompleted',
    ]);
  }, 60_000);

  it('publishes an open order again, so that a team which starts late finds it', async () => {
    const member = 'thread-late';
    await publish(cell.bus, cell.prefix, [signUp(member)]);
    const id = await accept(member);
    // The first publication is made, and is gone before the team comes.
    const sent = await waitFor(
      async () => {
        const { body } = await cell.get('erasure', `/v1/cases/${id}`);
        const [order] = (body as { orders?: readonly { attempt: number }[] }).orders ?? [];
        return order !== undefined && order.attempt >= 1 ? order : false;
      },
      { what: 'the order to be sent', timeoutMs: 20_000 },
    );
    const desk = await openDesk(cell.bus, cell.prefix, ({ orderId, attempt }) =>
      orderId.startsWith(id) && attempt > sent.attempt ? {} : null,
    );
    desks.push(desk);
    await closed(id);

    const mine = desk.orders.filter(({ orderId }) => orderId.startsWith(id));
    expect(Math.max(...mine.map(({ attempt }) => attempt))).toBeGreaterThan(sent.attempt);
    expect(new Set(mine.map(({ orderId }) => orderId)).size).toBe(1);
    expect(new Set(mine.map(({ answerBy }) => answerBy.getTime())).size).toBe(1);
    expect((await kindsOf(id)).filter((kind) => kind === 'OrderSent')).toHaveLength(1);
  }, 60_000);

  it('locates a subject whom nobody knows as complete, and orders only what could be looked up', async () => {
    const desk = await openDesk(cell.bus, cell.prefix, () => ({ outcome: 'not_found', count: 0, method: null }));
    desks.push(desk);
    const id = await accept('thread-unknown');
    expect((await closed(id)).outcome).toBe('erased');
    // Only an email is known and the desk takes member ids: no system is capable, and none is asked.
    expect(desk.orders.filter(({ orderId }) => orderId.startsWith(id))).toEqual([]);
  }, 60_000);

  it('writes no identifier into any log', () => {
    for (const name of services) {
      expect(cell.output(name)).not.toMatch(/thread-(one|late|unknown)/);
    }
  });
});
