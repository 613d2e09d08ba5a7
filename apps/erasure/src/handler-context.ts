import type { Catalog } from '@lethe/catalog';
import { handlersFor } from '@lethe/service';

/** What erasure's handlers are given beside event and place. */
export interface ErasureContext {
  readonly catalog: Catalog;
}

export const { records } = handlersFor<ErasureContext>();
