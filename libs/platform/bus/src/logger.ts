/** Where the bus says what happens inside it. Fields never hold a payload, a key or a header. */
export interface BusLogger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

const nothing = (): void => undefined;
export const silentLogger: BusLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Name and code only: a message of a foreign error may quote what it failed on. */
export const errorFields = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'type');
  return typeof code === 'string' || typeof code === 'number' ? { error: error.name, code } : { error: error.name };
};
