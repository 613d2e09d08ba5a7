import { describe, expect, it } from '@jest/globals';
import { type RequestCommand, type RequestState, subjectRequest } from '@lethe/subject-request';
import { givenIntake } from '../../intake.given.ts';
import type { StoredRequest } from '../../store/subject-requests.ts';
import { listQuery, pageOf, placeIn } from './list-page.ts';
import { acknowledge, acknowledgement, requestPage, requestView, viewOf } from './request-view.ts';

const { identify } = givenIntake();
const id = '3f2b7c1e-0d4a-8f6b-9c2d-1a2b3c4d5e6f';
const at = (day: number) => new Date(Date.UTC(2026, 2, day));

function after(...commands: readonly RequestCommand[]): RequestState {
  const heard = (state: RequestState, command: RequestCommand): RequestState =>
    subjectRequest.decide(state, command, at(10)).reduce((so, event) => subjectRequest.evolve(so, event), state);
  return commands.reduce(heard, subjectRequest.initial);
}

function receive(): RequestCommand {
  const identified = identify('acme', 'email', 'marked@example.com');
  if (identified.kind !== 'sealed') throw new Error('not sealed');
  return {
    type: 'Receive',
    requestId: id,
    bodyDigest: 'digest',
    controller: 'acme',
    requestType: 'erasure',
    requester: { kind: 'agent', authority: 'marked-reference' },
    ground: 'request',
    scope: { all: true, datasets: [] },
    regulations: ['gdpr'],
    identities: [identified.identity],
    receivedAt: at(9),
    respondBy: at(31),
  };
}

const orderId = `${id}:crm:1`;
const common = { caseId: id, requestId: id, orderId, system: 'crm', round: 1 };
const sent: RequestCommand = {
  type: 'HearOrderSent',
  ...common,
  sequence: 2,
  datasets: ['contacts'],
  eraseThrough: at(10),
  answerBy: at(17),
  catalogDigest: 'd',
  sentAt: at(10),
};
const answered: RequestCommand = {
  type: 'HearOrderAnswered',
  ...common,
  sequence: 3,
  outcome: 'retained',
  count: 7,
  method: 'masked',
  until: null,
  fieldsKept: [],
  legalBasis: null,
  subProcessorsTold: [],
  reason: 'bookkeeping',
  erasedThrough: at(10),
  contradiction: false,
  answeredAt: at(11),
};
const closed: RequestCommand = {
  type: 'HearCaseClosed',
  caseId: id,
  requestId: id,
  sequence: 4,
  outcome: 'erased_with_exceptions',
  orders: [{ orderId, system: 'crm', round: 1, outcome: 'retained', count: 7, method: 'masked' }],
  exceptions: [{ system: 'crm', outcome: 'retained', reason: 'bookkeeping' }],
  openedAt: at(10),
  closedAt: at(11),
};

describe('a request as it is shown', () => {
  it('has the published shape at each stage of its life', () => {
    for (const state of [after(receive()), after(receive(), sent), after(receive(), sent, answered, closed)]) {
      expect(requestView.parse(viewOf(id, state))).toEqual(viewOf(id, state));
      expect(acknowledgement.parse(acknowledge(id, state))).toEqual(acknowledge(id, state));
    }
  });

  it("shows each system's answer and how it ended", () => {
    expect(viewOf(id, after(receive(), sent, answered, closed))).toMatchObject({
      state: 'completed',
      outcome: 'erased_with_exceptions',
      exceptions: [{ system: 'crm', outcome: 'retained', reason: 'bookkeeping' }],
      systems: [{ system: 'crm', state: 'retained', count: 7, method: 'masked', answeredAt: at(11).toISOString() }],
    });
  });

  it('shows no identifier, no ref, no box and no authority', () => {
    const text = JSON.stringify(viewOf(id, after(receive(), sent, answered, closed)));
    expect(text).not.toMatch(/marked|dev\.|digest|sealed|ciphertext/);
  });

  it('is not there while only its case was heard of', () => {
    expect(viewOf(id, after(sent, answered))).toBeNull();
    expect(acknowledge(id, after(sent))).toBeNull();
  });
});

describe('pages of the list', () => {
  const stored = (day: number, name: string): StoredRequest => ({
    id: name,
    version: 1,
    state: { ...after(receive()), receivedAt: at(day) },
  });

  it('lead from one to the next by a cursor that only says where', () => {
    const page = pageOf([stored(1, id), stored(2, id), stored(3, id)], 2);
    expect(requestPage.parse(page)).toEqual(page);
    expect(page.items).toHaveLength(2);
    expect(placeIn(page.next ?? '')).toEqual({ receivedAt: at(2), id });
  });

  it('end without a cursor', () => {
    expect(pageOf([stored(1, id), stored(2, id)], 2).next).toBeNull();
    expect(pageOf([], 2)).toEqual({ items: [], next: null });
  });

  it.each([
    'x',
    '%',
    'bnVsbA',
    Buffer.from('[1e99,"a"]').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ])('refuse a cursor that is none of theirs: %s', (cursor) => {
    expect(listQuery.safeParse({ cursor }).success).toBe(false);
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { limit: '1.5' }, { page: '2' }, { limit: ['1', '2'] }])(
    'refuse the query %p',
    (query) => {
      expect(listQuery.safeParse(query).success).toBe(false);
    },
  );
});
