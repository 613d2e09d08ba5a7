/** A service's answer, checked. */
import type { z } from 'zod';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';

/** @throws CommandError when it is not what that service says */
export const understood = <T>(schema: z.ZodType<T>, body: unknown, service: string): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    exitCodes.refused,
    `what answers is not ${service}, or another version of it`,
    `Check the address of ${service}: LETHE_${service.toUpperCase()}_URL`,
  );
};
