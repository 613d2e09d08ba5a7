import { z } from 'zod';

/** Discovery's own settings beside the platform's. */
export const settings = { LETHE_CATALOG: z.string().min(1) };
