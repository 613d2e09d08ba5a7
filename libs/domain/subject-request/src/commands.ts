/** What a subject request can be told: by its requester once, by its case afterwards. */
import type { EventOf, Ground, Requester, RequestType, Scope, SealedIdentity } from '@lethe/contracts';

/** Somebody asks. The caller has checked it; the id is the key: whoever sends it twice gets the same request. */
export interface Receive {
  readonly type: 'Receive';
  readonly requestId: string;
  /** Digest of what was asked, so that the caller can tell a repetition from another request under the same id. */
  readonly bodyDigest: string;
  readonly controller: string;
  readonly requestType: RequestType;
  readonly requester: Requester;
  readonly ground: Ground;
  readonly scope: Scope;
  readonly regulations: readonly string[];
  readonly identities: readonly SealedIdentity[];
  readonly receivedAt: Date;
  /** The earliest duty's due date (the catalog's respondBy). */
  readonly respondBy: Date;
}

/** What erasure says about the request's case, as it was heard. */
export interface HearCaseOpened extends EventOf<'CaseOpened'> {
  readonly type: 'HearCaseOpened';
}
export interface HearOrderSent extends EventOf<'OrderSent'> {
  readonly type: 'HearOrderSent';
}
export interface HearOrderAnswered extends EventOf<'OrderAnswered'> {
  readonly type: 'HearOrderAnswered';
}
export interface HearCaseClosed extends EventOf<'CaseClosed'> {
  readonly type: 'HearCaseClosed';
}

export type RequestCommand = Receive | HearCaseOpened | HearOrderSent | HearOrderAnswered | HearCaseClosed;
