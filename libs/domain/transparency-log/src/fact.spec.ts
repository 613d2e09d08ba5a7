import { describe, expect, it } from '@jest/globals';
import { type Events, withheld } from '@lethe/contracts';
import { canonicalJson } from './canonical-json.ts';
import { entryOf, opens } from './entry.ts';
import { factOf, type Audited, type Fact } from './fact.ts';
import { hearSequence } from './sequence.ts';

const requestId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
const at = new Date('2026-03-01T12:00:00.000Z');
const source = { topic: 'lethe.case-events', partition: 3, offset: 42 };
const salt = Buffer.alloc(32, 7);

/** Marks: none of them may be found in any fact, in whatever spelling. */
const canary = 'canary-4711@example.com';
const canaryBytes = Buffer.from('canary-sealed-bytes');
const sealed = {
  type: 'email',
  ref: `p1.${canary}`,
  sealed: { keyId: canary, nonce: canaryBytes, ciphertext: canaryBytes },
};
const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const orderId = `${requestId}:sales:1`;
const events: { readonly [N in Audited]: Events[N] } = {
  SubjectRequestAccepted: {
    requestId,
    sequence: 1,
    controller: 'shop',
    type: 'erasure',
    requester: { kind: 'agent', authority: canary },
    ground: 'request',
    scope: { all: true, datasets: [] },
    regulations: ['gdpr'],
    identities: [sealed],
    receivedAt: at,
    acceptedAt: at,
    respondBy: at,
  },
  SubjectRequestCompleted: {
    requestId,
    sequence: 2,
    outcome: 'erased_with_exceptions',
    exceptions: [{ system: 'sales', outcome: 'retained', reason: canary }],
    completedAt: at,
  },
  CaseOpened: { caseId: requestId, requestId, sequence: 1, catalogDigest: digest, openedAt: at },
  OrderSent: {
    caseId: requestId,
    requestId,
    sequence: 2,
    orderId,
    system: 'sales',
    round: 1,
    datasets: ['orders'],
    eraseThrough: at,
    answerBy: at,
    catalogDigest: digest,
    sentAt: at,
  },
  OrderAnswered: {
    caseId: requestId,
    requestId,
    sequence: 3,
    orderId,
    system: 'sales',
    round: 1,
    outcome: 'retained',
    count: 54,
    method: 'anonymised',
    until: null,
    fieldsKept: ['invoice_no', canary],
    legalBasis: canary,
    subProcessorsTold: [canary],
    reason: canary,
    erasedThrough: at,
    contradiction: false,
    answeredAt: at,
  },
  CaseClosed: {
    caseId: requestId,
    requestId,
    sequence: 4,
    outcome: 'erased_with_exceptions',
    orders: [{ orderId, system: 'sales', round: 1, outcome: 'erased', count: 54, method: 'anonymised' }],
    exceptions: [{ system: canary, outcome: 'not_ordered', reason: canary }],
    openedAt: at,
    closedAt: at,
  },
  SubjectLookedUp: { actor: canary, requestId: canary, reason: canary, lookedUpAt: at },
  DeadLetterRevealed: {
    actor: canary,
    topic: 'lethe.user-events.dead-letter',
    partition: 0,
    offset: 7,
    reason: canary,
    revealedAt: at,
  },
  DeadLetterRedriven: {
    actor: canary,
    topic: 'lethe.user-events.dead-letter',
    partition: 0,
    offset: 7,
    to: 'lethe.user-events',
    reason: 'mapping_mended',
    redrivenAt: at,
  },
  FenceAdopted: {
    actor: canary,
    service: 'erasure',
    topic: 'lethe.requests',
    partition: 2,
    from: null,
    to: 17,
    reason: 'topic_replaced',
    adoptedAt: at,
  },
};
const facts: readonly Fact[] = [
  factOf('SubjectRequestAccepted', events.SubjectRequestAccepted, source),
  factOf('SubjectRequestCompleted', events.SubjectRequestCompleted, source),
  factOf('CaseOpened', events.CaseOpened, source),
  factOf('OrderSent', events.OrderSent, source),
  factOf('OrderAnswered', events.OrderAnswered, source),
  factOf('CaseClosed', events.CaseClosed, source),
  factOf('SubjectLookedUp', events.SubjectLookedUp, source),
  factOf('DeadLetterRevealed', events.DeadLetterRevealed, source),
  factOf('DeadLetterRedriven', events.DeadLetterRedriven, source),
  factOf('FenceAdopted', events.FenceAdopted, source),
];

describe('a fact', () => {
  it('exists for every event that audit hears', () => {
    expect(facts.map(({ event }) => event).sort()).toEqual(Object.keys(events).sort());
  });

  it.each(facts.map((fact) => [fact.event, fact] as const))(
    'of %s holds no identifier, ref or sealed byte',
    (_, fact) => {
      const said = JSON.stringify(fact) + entryOf({ salt, fact });
      const spellings = [
        canaryBytes.toString('base64'),
        canaryBytes.toString('hex'),
        canaryBytes.toString('base64url'),
      ];
      for (const mark of ['canary', 'p1.', 'ciphertext', 'nonce', 'identit', ...spellings])
        expect(said).not.toContain(mark);
      expect(said).not.toContain(canaryBytes.toString('utf8'));
      expect(said).not.toContain([...canaryBytes].join(','));
    },
  );

  it('says what happened, when, and by whose word', () => {
    expect(
      factOf('OrderAnswered', { ...events.OrderAnswered, reason: 'tax_law', legalBasis: 'AO §147(1)' }, source),
    ).toEqual({
      event: 'OrderAnswered',
      at: '2026-03-01T12:00:00.000Z',
      publisher: 'erasure',
      requestId,
      sequence: 3,
      source,
      details: {
        orderId,
        system: 'sales',
        round: 1,
        outcome: 'retained',
        count: 54,
        method: 'anonymised',
        until: null,
        fieldsKept: ['invoice_no', withheld],
        legalBasis: 'AO §147(1)',
        subProcessorsTold: [withheld],
        reason: 'tax_law',
        erasedThrough: '2026-03-01T12:00:00.000Z',
        contradiction: false,
      },
    });
  });

  it.each([
    ['GDPR art. 17(3)(b)', true],
    ['tax_law', true],
    ['HGB §257', true],
    ['Jane Miller', false],
    ['customer 15073', false],
    ['jane@example.com', false],
    ['15073', false],
  ])('takes the legal basis %s as it is: %s', (legalBasis, taken) => {
    const { details } = factOf('OrderAnswered', { ...events.OrderAnswered, legalBasis }, source);
    expect(details['legalBasis']).toBe(taken ? legalBasis : withheld);
  });

  it('is the same fact when the event carries more', () => {
    const later = { ...events.CaseOpened, subjectEmail: canary };
    expect(factOf('CaseOpened', later, source)).toEqual(factOf('CaseOpened', events.CaseOpened, source));
  });
});

describe('an entry', () => {
  const fact = factOf('CaseOpened', events.CaseOpened, source);

  it('is canonical JSON that says nothing but kind, day and commitment', () => {
    const entry = entryOf({ salt, fact });
    const parsed = JSON.parse(entry) as Record<string, string | number>;
    expect(Object.keys(parsed)).toEqual(['commitment', 'day', 'kind', 'v']);
    expect(parsed).toMatchObject({ v: 1, kind: 'CaseOpened', day: '2026-03-01' });
    expect(canonicalJson(parsed)).toBe(entry);
    expect(entry).not.toContain(requestId);
  });

  it('opens by its own salt and fact and no others', () => {
    const entry = entryOf({ salt, fact });
    expect(opens(entry, { salt, fact })).toBe(true);
    expect(opens(entry, { salt: Buffer.alloc(32, 8), fact })).toBe(false);
    expect(opens(entry, { salt, fact: { ...fact, sequence: 2 } })).toBe(false);
  });
});

describe('the sequence of one publisher', () => {
  it('finds repeats and gaps, and takes a late one', () => {
    expect(hearSequence([], { sequence: 1 })).toEqual({ repeated: false, missing: [], heard: [1] });
    expect(hearSequence([1], { sequence: 1 })).toEqual({ repeated: true, missing: [], heard: [1] });
    expect(hearSequence([1], { sequence: 4 })).toEqual({ repeated: false, missing: [2, 3], heard: [1, 4] });
    expect(hearSequence([1, 4], { sequence: 2 })).toEqual({ repeated: false, missing: [], heard: [1, 2, 4] });
    expect(hearSequence([1], { sequence: null })).toEqual({ repeated: false, missing: [], heard: [1] });
  });
});
