/** The table of intake: what it hears, who answers, what it says. */
import { service } from '@lethe/service';
import { coalesceForMs } from './config.ts';
import { caseClosed } from './handlers/case-closed.ts';
import { caseOpened } from './handlers/case-opened.ts';
import { orderAnswered } from './handlers/order-answered.ts';
import { orderSent } from './handlers/order-sent.ts';
import { userEvent } from './handlers/user-event.ts';

/** What intake hears, who answers, what it says. */
export const topologyOf = ({ coalesceMs }: { readonly coalesceMs: number }) =>
  service({
    name: 'intake',
    consumes: {
      'lethe.user-events': { UserEvent: userEvent(coalesceMs) },
      'lethe.case-events': {
        CaseOpened: caseOpened,
        OrderSent: orderSent,
        OrderAnswered: orderAnswered,
        CaseClosed: caseClosed,
      },
    },
    publishes: {
      'lethe.observations': ['SubjectObserved'],
      'lethe.requests': ['SubjectRequestAccepted', 'SubjectRequestCompleted'],
    },
  });

export const topology = topologyOf({ coalesceMs: coalesceForMs });
