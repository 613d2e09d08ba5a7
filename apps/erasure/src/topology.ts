/** The table of erasure: what it hears, who answers, what it says, and for which topic boxes are opened (`sealedFor`). */
import { topics } from '@lethe/contracts';
import { sealedFor, service } from '@lethe/service';
import { erasureAnswered } from './handlers/erasure-answered.ts';
import { subjectLocated } from './handlers/subject-located.ts';
import { subjectRequestAccepted } from './handlers/subject-request-accepted.ts';
import { type ErasureCases, erasureCases } from './store/erasure-cases.ts';

/** Half of how long an order stays on its topic: an open one is always there for a team that starts late. */
export const publishAgainAfterMs = Number(topics['lethe.erasure-orders.*'].configs['retention.ms']) / 2;

/** What erasure hears, who answers, what it says. */
export const topologyOf = (cases: ErasureCases) =>
  service({
    name: 'erasure',
    consumes: {
      'lethe.footprints': { SubjectLocated: subjectLocated(cases) },
      'lethe.requests': {
        SubjectRequestAccepted: subjectRequestAccepted(cases),
        SubjectRequestCompleted: 'ignored',
      },
      'lethe.answers.*': { ErasureAnswered: erasureAnswered(cases) },
    },
    publishes: {
      'lethe.erasure-orders.*': [sealedFor('ErasureOrdered')],
      'lethe.case-events': ['CaseOpened', 'OrderSent', 'OrderAnswered', 'CaseClosed'],
    },
  });

export const topology = topologyOf(erasureCases({ publishAgainAfterMs }));
