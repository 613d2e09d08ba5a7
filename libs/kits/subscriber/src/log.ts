/** What a subscriber says while it works: order ids, codes and numbers, never an identifier. */
import type { BusLogger } from '@lethe/bus';

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];

export const isLogLevel = (text: string): text is LogLevel => levels.some((level) => level === text);

const nothing = (): void => undefined;
export const silent: BusLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** JSON, one line each. */
export function jsonLogger(least: LogLevel, common: object, write: (line: string) => void): BusLogger {
  const at =
    (level: LogLevel) =>
    (fields: object, message: string): void => {
      if (levels.indexOf(level) < levels.indexOf(least)) return;
      write(JSON.stringify({ time: new Date().toISOString(), level, ...common, ...fields, message }));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const word = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Name and code of an error, when they are words: its message may quote what it failed on. */
export function errorFields(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = Reflect.get(error, 'code');
  const name = word.test(error.name) ? error.name : 'Error';
  return typeof code === 'string' && word.test(code) ? { error: name, code } : { error: name };
}
