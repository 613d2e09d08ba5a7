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
