import { z } from 'zod';
import { publishAgainAfterMs } from './topology.ts';

/** Erasure's own settings beside the platform's. */
export const settings = {
  LETHE_CATALOG: z.string().min(1),
  /** Milliseconds until an open order is published again; at most half of its topic's retention. */
  LETHE_PUBLISH_AGAIN_MS: z.coerce.number().int().min(500).max(publishAgainAfterMs).default(publishAgainAfterMs),
};
