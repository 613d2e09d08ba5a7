/** What a case can be told. */
import type { EventOf, Scope } from '@lethe/contracts';
import type { Plan } from './plan.ts';

/** The request was accepted. */
export interface Accept {
  readonly type: 'Accept';
  readonly requestId: string;
  readonly controller: string;
  readonly scope: Scope;
  /** The legal text that the orders name; see legalReferenceFrom. */
  readonly legalReference: string | null;
  readonly receivedAt: Date;
  readonly respondBy: Date;
  readonly catalogDigest: string;
}

/** Discovery knows (more of) where the subject is. Increments are cumulative: an older or equal one changes nothing. */
export interface Locate {
  readonly type: 'Locate';
  readonly requestId: string;
  readonly increment: number;
  readonly complete: boolean;
  readonly plan: Plan;
  readonly catalogDigest: string;
}

/** A team answered an order; `system` is the answer's topic's. Made by hearAnswer. */
export interface RecordAnswer extends EventOf<'ErasureAnswered'> {
  readonly type: 'RecordAnswer';
  readonly system: string;
}

/** The time of `publishAgainAt` has come: open orders that are due go out again. */
export interface PublishAgain {
  readonly type: 'PublishAgain';
}

export type CaseCommand = Accept | Locate | RecordAnswer | PublishAgain;
