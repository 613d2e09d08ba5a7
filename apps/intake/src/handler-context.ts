import type { Catalog } from '@lethe/catalog';
import { handlersFor } from '@lethe/service';
import type { Identify } from './identify.ts';

/** What intake's handlers are given beside event and place. */
export interface IntakeContext {
  readonly catalog: Catalog;
  readonly identify: Identify;
}

export const { records, passOn } = handlersFor<IntakeContext>();
