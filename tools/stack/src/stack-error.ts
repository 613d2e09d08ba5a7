/** Why a server could not be had. Each message says what the reader can do. */
export type StackErrorCode =
  | 'requirements_missing'
  | 'install_failed'
  | 'given_address_unusable'
  | 'server_did_not_start'
  | 'not_ours'
  | 'owner_gone'
  | 'busy';

export class StackError extends Error {
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StackError';
    this.code = code;
  }
}

/** The text of whatever was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
