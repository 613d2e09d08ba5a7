/** One logger per process, JSON lines. No payload, no identifier, no foreign error's message. */
import { pino } from 'pino';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError, err: describeError },
  });
}

/** Errors of ours hold no personal data by their contract. */
const OURS = new Set([
  'TerminalError',
  'RetryableError',
  'LostPartitionError',
  'StoreError',
  'ContractError',
  'SealingError',
  'CatalogError',
  'KeysError',
  'ConfigError',
  'FailpointError',
  'RelayHaltedError',
  'FenceMovedError',
  'TooMuchWorkError',
]);

/**
 * A foreign error's message may quote what it choked on (a parser's snippet, a duplicate key's value), so only its
 * kind, code and place are told.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = 'code' in error && /^[\w.-]{1,64}$/.test(String(error.code)) ? String(error.code) : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  const common = { kind: error.name, ...(code !== undefined && { code }), ...(cause !== undefined && { cause }) };
  if (OURS.has(error.name)) return { ...common, message: error.message };
  return { ...common, at: placesOf(error) };
}

/** The stack without its first lines, which repeat the message; a line of the message may look like a place. */
function placesOf(error: Error): readonly string[] {
  const { stack = '', message } = error;
  const from = message === '' ? -1 : stack.indexOf(message);
  return (from === -1 ? stack : stack.slice(from + message.length))
    .split('\n')
    .filter((line) => /^\s+at .*:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
}
