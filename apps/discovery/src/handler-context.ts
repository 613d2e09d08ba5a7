import { handlersFor } from '@lethe/service';
import type { Names } from './names.ts';

/** What discovery's handlers are given beside event and place. */
export interface DiscoveryContext {
  /** How identifiers are called: under every pepper, and in the erasure register. */
  readonly names: Names;
}

export const { records, inBulk } = handlersFor<DiscoveryContext>();
