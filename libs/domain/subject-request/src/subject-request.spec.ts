import { describe, expect, it } from '@jest/globals';
import type { EventOf } from '@lethe/contracts';
import fc from 'fast-check';
import type {
  HearCaseClosed,
  HearCaseOpened,
  HearOrderAnswered,
  HearOrderSent,
  Receive,
  RequestCommand,
} from './commands.ts';
import type { RequestEvent } from './events.ts';
import { subjectRequest, systemsOf, type RequestState } from './index.ts';
import { failuresKept } from './state.ts';

const seed = 14_911;
const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const start = new Date('2026-03-01T12:00:00.000Z');
const at = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);

const identity = {
  type: 'email',
  ref: 'p1.subject',
  sealed: { keyId: 'k1', nonce: Buffer.alloc(12), ciphertext: Buffer.from('sealed') },
};
const receive: Receive = {
  type: 'Receive',
  requestId,
  bodyDigest: 'digest-1',
  controller: 'shop',
  requestType: 'erasure',
  requester: { kind: 'subject', authority: null },
  ground: 'request',
  scope: { all: true, datasets: [] },
  regulations: ['gdpr'],
  identities: [identity],
  receivedAt: start,
  respondBy: new Date('2026-04-01T12:00:00.000Z'),
};

const about = { caseId: requestId, requestId, sequence: 1 };
const opened: HearCaseOpened = { type: 'HearCaseOpened', ...about, catalogDigest: 'digest', openedAt: at(1) };
const sent = (system: string, round = 1): HearOrderSent => ({
  type: 'HearOrderSent',
  ...about,
  orderId: `${requestId}:${system}:${round}`,
  system,
  round,
  datasets: ['rows'],
  eraseThrough: at(2),
  answerBy: at(9_000),
  catalogDigest: 'digest',
  sentAt: at(2),
});
const answered = (system: string, round = 1, more: Partial<EventOf<'OrderAnswered'>> = {}): HearOrderAnswered => ({
  type: 'HearOrderAnswered',
  ...about,
  orderId: `${requestId}:${system}:${round}`,
  system,
  round,
  outcome: 'erased',
  count: 54,
  method: 'anonymised',
  until: null,
  fieldsKept: [],
  legalBasis: null,
  subProcessorsTold: [],
  reason: null,
  erasedThrough: at(3),
  contradiction: false,
  answeredAt: at(4),
  ...more,
});
const closed = (
  outcome: EventOf<'CaseClosed'>['outcome'],
  exceptions: EventOf<'CaseClosed'>['exceptions'],
  ...orders: readonly HearOrderAnswered[]
): HearCaseClosed => ({
  type: 'HearCaseClosed',
  ...about,
  outcome,
  orders: orders.map(({ orderId, system, round, outcome: each, count, method }) => ({
    orderId,
    system,
    round,
    outcome: each,
    count,
    method,
  })),
  exceptions,
  openedAt: at(1),
  closedAt: at(5),
});

interface Told {
  readonly state: RequestState;
  readonly events: readonly RequestEvent[];
}
const given = (...commands: readonly RequestCommand[]): Told =>
  commands.reduce<Told>(
    ({ state, events }, command, index) => {
      const more = subjectRequest.decide(state, command, at(index));
      return {
        state: more.reduce((known, event) => subjectRequest.evolve(known, event), state),
        events: [...events, ...more],
      };
    },
    { state: subjectRequest.initial, events: [] },
  );
const published = ({ events }: Told): readonly RequestEvent[] =>
  events.filter(({ event }) => event.startsWith('SubjectRequest'));

const failed = answered('sales', 1, { outcome: 'failed', reason: 'disk_full', count: null, method: null });
const kept = answered('returns', 1, { outcome: 'retained', reason: 'tax_law', legalBasis: 'AO 147', method: null });
const exceptions = [
  { system: 'legacy', outcome: 'not_ordered', reason: 'not_in_catalog' },
  { system: 'returns', outcome: 'retained', reason: 'tax_law' },
] as const;
const story: readonly RequestCommand[] = [
  receive,
  opened,
  sent('sales'),
  sent('returns'),
  failed,
  answered('sales'),
  kept,
  closed('erased_with_exceptions', exceptions, answered('sales'), kept),
];

describe('a subject request', () => {
  it('is accepted with what was asked, and keeps no identifier', () => {
    const told = given(receive);
    expect(published(told)).toEqual([
      {
        event: 'SubjectRequestAccepted',
        requestId,
        sequence: 1,
        controller: 'shop',
        type: 'erasure',
        requester: { kind: 'subject', authority: null },
        ground: 'request',
        scope: { all: true, datasets: [] },
        regulations: ['gdpr'],
        identities: [identity],
        receivedAt: start,
        acceptedAt: start,
        respondBy: receive.respondBy,
      },
    ]);
    expect(told.state).toMatchObject({ state: 'accepted', bodyDigest: 'digest-1', respondBy: receive.respondBy });
    expect(JSON.stringify(told.state)).not.toContain(identity.ref);
  });

  it('is received once: the same id says nothing more, and the first digest stays', () => {
    const again = given(receive, receive);
    expect(published(again)).toHaveLength(1);
    const other = given(receive, { ...receive, bodyDigest: 'digest-2', controller: 'another' });
    expect(published(other)).toHaveLength(1);
    expect(other.state).toEqual(given(receive).state);
  });

  it('goes from accepted to in progress to completed', () => {
    const states = story.map((_, index) => given(...story.slice(0, index + 1)).state.state);
    expect(states).toEqual(['accepted', ...Array<string>(6).fill('in_progress'), 'completed']);
  });

  it('completes with every exception that its case named, also of a system that got no order', () => {
    expect(published(given(...story)).at(-1)).toEqual({
      event: 'SubjectRequestCompleted',
      requestId,
      sequence: 2,
      outcome: 'erased_with_exceptions',
      exceptions,
      completedAt: at(7),
    });
  });

  it("shows each system's latest answer", () => {
    expect(systemsOf(given(...story.slice(0, 5)).state)).toMatchObject([
      { system: 'returns', state: 'sent', outcome: null, answeredAt: null },
      { system: 'sales', state: 'sent', outcome: 'failed', reason: 'disk_full' },
    ]);
    expect(systemsOf(given(...story).state)).toMatchObject([
      { system: 'returns', state: 'retained', outcome: 'retained', count: 54, method: null },
      { system: 'sales', state: 'erased', outcome: 'erased', count: 54, method: 'anonymised', answeredAt: at(4) },
    ]);
  });

  it('judges a system by its newest round', () => {
    const first = answered('sales', 1, { outcome: 'retained', reason: 'tax_law' });
    const second = answered('sales', 2, { count: 0 });
    const told = given(receive, sent('sales'), first, sent('sales', 2), second, closed('erased', [], first, second));
    expect(told.state).toMatchObject({ state: 'completed', outcome: 'erased', exceptions: [] });
    expect(systemsOf(told.state)).toMatchObject([{ round: 2, count: 0 }]);
  });

  it('never claims more than the case said', () => {
    expect(given(receive, closed('unspecified', [])).state.outcome).toBe('erased_with_exceptions');
  });

  it('does not grow by failures without bound', () => {
    const failures = Array.from({ length: failuresKept + 3 }, (_, index) =>
      answered('sales', 1, { outcome: 'failed', reason: `code_${index}`, fieldsKept: ['name'] }),
    );
    const { state } = given(receive, sent('sales'), ...failures);
    expect(state.orders[0]?.failures).toHaveLength(failuresKept);
    expect(state.orders[0]?.failuresDropped).toBe(3);
    expect(JSON.stringify(state.orders)).not.toContain('fieldsKept');
    expect(given(receive, ...failures, answered('sales')).state.orders[0]?.answer?.outcome).toBe('erased');
  });

  it(`ends in the same state in any order of hearing, each fact once or twice (seed ${seed})`, () => {
    const untimed = (state: RequestState): unknown => ({ ...state, acceptedAt: null, completedAt: null });
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...story], { minLength: story.length }),
        fc.array(fc.tuple(fc.nat(7), fc.nat(15)), { maxLength: 8 }),
        (shuffled, again) => {
          const commands = [...shuffled];
          for (const [which, where] of again) commands.splice(where, 0, ...story.slice(which, which + 1));
          const told = given(...commands);
          expect(untimed(told.state)).toEqual(untimed(given(...story).state));
          expect(published(told)).toMatchObject([
            { event: 'SubjectRequestAccepted', sequence: 1 },
            { event: 'SubjectRequestCompleted', sequence: 2 },
          ]);
        },
      ),
      { seed, numRuns: 300 },
    );
  });
});
