import { planFrom } from '@lethe/erasure-case';
import type { ErasureCases } from '../store/erasure-cases.ts';

/** Discovery says which identifiers the subject has and where they were seen; the plan is the catalog's. */
export const subjectLocated = (cases: ErasureCases) =>
  cases.on('SubjectLocated', (located, { catalog }) => {
    const { requestId, increment, complete } = located;
    const plan = planFrom(catalog, located);
    return {
      record: requestId,
      command: { type: 'Locate', requestId, increment, complete, plan, catalogDigest: catalog.digest },
    };
  });
