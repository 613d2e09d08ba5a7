/** Intake's own settings beside the platform's. */
import { z } from 'zod';

/** How long repeats of one observation are merged before they go out as one. */
export const coalesceForMs = 30_000;

/** Intake's own settings beside the platform's. */
export const settings = {
  LETHE_CATALOG: z.string().min(1),
  /** Milliseconds; 0 merges only what arrives in one batch. */
  LETHE_COALESCE_MS: z.coerce.number().int().min(0).max(300_000).default(coalesceForMs),
};
