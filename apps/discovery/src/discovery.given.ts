/** Facts as others would publish them. Refs are made up: discovery never looks into one. */
import type { CaseClosed, OrderSent, SealedIdentity, SubjectObserved, SubjectRequestAccepted } from '@lethe/contracts';

export const cutOff = new Date('2026-03-01T12:00:00.000Z');
export const before = new Date('2026-03-01T11:00:00.000Z');
export const after = new Date('2026-03-01T13:00:00.000Z');

export function identity(ref: string, keyId = 'k1'): SealedIdentity {
  return { type: 'email', ref, sealed: { keyId, nonce: Buffer.alloc(12), ciphertext: Buffer.from(`${keyId} ${ref}`) } };
}

/** All of them link. */
export function observation(refs: readonly string[], more: Partial<SubjectObserved> & { keyId?: string } = {}) {
  const { keyId, ...rest } = more;
  return {
    controller: 'corner',
    feed: 'desk/members',
    system: 'desk',
    dataset: 'members',
    operation: 'upsert',
    identities: refs.map((ref) => ({ ...identity(ref, keyId), links: true })),
    establishes: true,
    earliestOccurredAt: before,
    occurredAt: before,
    reportedAt: before,
    ...rest,
  } satisfies SubjectObserved;
}

export function accepted(requestId: string, refs: readonly string[]): SubjectRequestAccepted {
  return {
    requestId,
    sequence: 1,
    controller: 'corner',
    type: 'erasure',
    requester: { kind: 'subject', authority: null },
    ground: 'request',
    scope: { all: true, datasets: [] },
    regulations: ['gdpr'],
    identities: refs.map((ref) => identity(ref)),
    receivedAt: before,
    acceptedAt: before,
    respondBy: after,
  };
}

export function sent(requestId: string): OrderSent {
  return {
    caseId: requestId,
    requestId,
    sequence: 2,
    orderId: `${requestId}:desk:1`,
    system: 'desk',
    round: 1,
    datasets: ['members'],
    eraseThrough: cutOff,
    answerBy: after,
    catalogDigest: 'd',
    sentAt: cutOff,
  };
}

export function closed(requestId: string): CaseClosed {
  return {
    caseId: requestId,
    requestId,
    sequence: 4,
    outcome: 'erased',
    orders: [],
    exceptions: [],
    openedAt: before,
    closedAt: after,
  };
}
