/** What a subscriber takes from the environment when its options do not say it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errorFields, SettingsError } from '@lethe/publisher';
import { fileLedger } from './file-ledger.ts';
import type { Ledger } from './ledger.ts';
import { isLogLevel, type LogLevel } from './log.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** `LETHE_LEDGER`, else a file of this system in the state folder of who runs the process. */
export function openFileLedger(prefix: string, system: string, environment: Environment): Required<Ledger> {
  const state =
    given(environment['XDG_STATE_HOME']) ?? join(given(environment['HOME']) ?? homedir(), '.local', 'state');
  const file = given(environment['LETHE_LEDGER']) ?? join(state, 'lethe', 'ledgers', `${prefix}-${system}.sqlite`);
  try {
    return fileLedger(file);
  } catch (cause) {
    const { code = 'unknown' } = errorFields(cause);
    const cure = 'set LETHE_LEDGER to a file that can be written, on a disk that outlives the process';
    throw new SettingsError(`the ledger ${file} cannot be opened (${code}): ${cure}`, { cause });
  }
}

/** `LETHE_SESSION_TIMEOUT_MS`: 6,000 (the broker's usual minimum) to 300,000, default 10,000. @throws SettingsError */
export function sessionTimeoutIn(environment: Environment): number {
  const ms = Number(given(environment['LETHE_SESSION_TIMEOUT_MS']) ?? 10_000);
  if (Number.isInteger(ms) && ms >= 6_000 && ms <= 300_000) return ms;
  throw new SettingsError('LETHE_SESSION_TIMEOUT_MS must be a whole number of milliseconds from 6000 to 300000');
}

/** `LETHE_LOG_LEVEL`, default info. @throws SettingsError */
export function logLevelIn(environment: Environment): LogLevel {
  const level = given(environment['LETHE_LOG_LEVEL']) ?? 'info';
  if (isLogLevel(level)) return level;
  throw new SettingsError('LETHE_LOG_LEVEL must be debug, info, warn or error');
}
