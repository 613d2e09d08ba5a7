/** The table of discovery: what it hears, who answers, what it says. */
import { service } from '@lethe/service';
import { caseClosed } from './handlers/case-closed.ts';
import { orderSent } from './handlers/order-sent.ts';
import { subjectObserved } from './handlers/subject-observed.ts';
import { subjectRequestAccepted } from './handlers/subject-request-accepted.ts';

/** What discovery hears, who answers, what it says. */
export const topology = service({
  name: 'discovery',
  consumes: {
    'lethe.observations': { SubjectObserved: subjectObserved },
    'lethe.requests': { SubjectRequestAccepted: subjectRequestAccepted, SubjectRequestCompleted: 'ignored' },
    'lethe.case-events': {
      CaseOpened: 'ignored',
      OrderSent: orderSent,
      OrderAnswered: 'ignored',
      CaseClosed: caseClosed,
    },
  },
  publishes: { 'lethe.footprints': ['SubjectLocated'] },
});
