/** What a subject request says to others, and what it notes for itself. */
import type { Emitted } from '@lethe/contracts';
import type { Asked, Closure, HeardAnswer, HeardOrder } from './state.ts';

/** What a request says to others. */
export type RequestFact = Emitted<'SubjectRequestAccepted' | 'SubjectRequestCompleted'>;

type Named = Pick<HeardOrder, 'orderId' | 'system' | 'round'>;

/** What a request notes for itself; none of these names is a contract's, so nobody publishes them. */
export type RequestNote =
  | {
      readonly event: 'ReceiptNoted';
      readonly requestId: string;
      readonly bodyDigest: string;
      readonly asked: Asked;
      readonly receivedAt: Date;
      readonly respondBy: Date;
    }
  | { readonly event: 'CaseOpeningNoted'; readonly openedAt: Date }
  | { readonly event: 'OrderNoted'; readonly order: Named & { readonly sentAt: Date; readonly answerBy: Date } }
  | { readonly event: 'AnswerNoted'; readonly order: Named; readonly answer: HeardAnswer }
  | { readonly event: 'ClosureNoted'; readonly closure: Closure };

export type RequestEvent = RequestFact | RequestNote;
