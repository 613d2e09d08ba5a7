/** The table of audit: what it hears and who answers. */
import { service } from '@lethe/service';
import {
  caseClosed,
  caseOpened,
  deadLetterRedriven,
  deadLetterRevealed,
  fenceAdopted,
  orderAnswered,
  orderSent,
  subjectLookedUp,
  subjectRequestAccepted,
  subjectRequestCompleted,
} from './handlers/audited-facts.ts';

/** What audit hears and who answers. It says nothing on the bus yet: checkpoints come with the transparency log. */
export const topology = service({
  name: 'audit',
  consumes: {
    'lethe.requests': {
      SubjectRequestAccepted: subjectRequestAccepted,
      SubjectRequestCompleted: subjectRequestCompleted,
    },
    'lethe.case-events': {
      CaseOpened: caseOpened,
      OrderSent: orderSent,
      OrderAnswered: orderAnswered,
      CaseClosed: caseClosed,
    },
    'lethe.operator-events': {
      SubjectLookedUp: subjectLookedUp,
      DeadLetterRevealed: deadLetterRevealed,
      DeadLetterRedriven: deadLetterRedriven,
      FenceAdopted: fenceAdopted,
    },
  },
  publishes: {},
});
