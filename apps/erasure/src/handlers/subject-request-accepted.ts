import { legalReferenceFrom } from '@lethe/erasure-case';
import type { ErasureCases } from '../store/erasure-cases.ts';

/** Intake accepted a request. With its location, whichever comes first, the case begins to erase. */
export const subjectRequestAccepted = (cases: ErasureCases) =>
  cases.on('SubjectRequestAccepted', (accepted, { catalog }) => {
    const { requestId, controller, scope, receivedAt, respondBy } = accepted;
    const legalReference = legalReferenceFrom(catalog, accepted);
    const catalogDigest = catalog.digest;
    return {
      record: requestId,
      command: { type: 'Accept', requestId, controller, scope, legalReference, receivedAt, respondBy, catalogDigest },
    };
  });
