import type { ExitCode } from './exit-codes.ts';

/** Why a command did not do what it was asked: for the person at the keyboard. No personal data, nothing of what was typed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  /** What mends it, if that is known. */
  readonly remedy: string | null;
  constructor(exitCode: ExitCode, message: string, remedy: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}
