import { erasureCase, type Lease } from '@lethe/erasure-case';
import { records } from '../handler-context.ts';

/** One document per case. Nothing writes it but the decider; open orders go out again when their lease is due. */
export function erasureCases(lease: Lease) {
  return records('erasure-cases', erasureCase(lease), {
    index: ['state'],
    due: 'publishAgainAt',
    whenDue: { type: 'PublishAgain' },
  });
}

export type ErasureCases = ReturnType<typeof erasureCases>;
