import { handlersFor } from '@lethe/service';

/** What discovery's handlers are given beside event and place. */
export interface DiscoveryContext {
  /** The keyed hash under which the erasure register remembers a ref. */
  readonly registerHash: (ref: string) => string;
}

export const { records, inBulk } = handlersFor<DiscoveryContext>();
