/** A service's configuration, from the environment, parsed once in main. Every problem is listed at once. */
import { z } from 'zod';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const port = z.coerce.number().int().min(0).max(65_535);
const prefix = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens, at most 31');

export const platformSettings = {
  LETHE_KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port, several separated by commas'),
  LETHE_MONGODB_URL: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must be a mongodb:// address'),
  LETHE_PREFIX: prefix.default('lethe'),
  LETHE_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  LETHE_HTTP_PORT: port.default(0),
  LETHE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Milliseconds; the broker's minimum is 6,000. A killed member stalls its group for so long. */
  LETHE_SESSION_TIMEOUT_MS: z.coerce.number().int().min(6_000).max(300_000).default(10_000),
};

export type PlatformSettings = z.infer<z.ZodObject<typeof platformSettings>>;

/**
 * @param own further variables of this service
 * @throws ConfigError with every problem on a line of its own; values are not repeated, they may be secrets
 */
export function parseConfig<Own extends z.ZodRawShape>(
  environment: Readonly<Record<string, string | undefined>>,
  own: Own,
): PlatformSettings & z.infer<z.ZodObject<Own>> {
  const parsed = z.object({ ...platformSettings, ...own }).safeParse(environment);
  if (parsed.success) return parsed.data as PlatformSettings & z.infer<z.ZodObject<Own>>;
  const problems = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return `  ${name}: ${environment[name] === undefined ? 'is not set' : issue.message}`;
  });
  throw new ConfigError(`the configuration cannot be used:\n${problems.join('\n')}`);
}
