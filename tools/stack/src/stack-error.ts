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

/**
 * The text of whatever was thrown. Asked by shape: under jest the errors of Node's own modules come from another realm and are
 * no `instanceof Error`.
 */
export const messageOf = (thrown: unknown): string => textIn(thrown, 'message') ?? String(thrown);

/** The code of a system's error (`ESRCH`), or null. */
export const codeOf = (thrown: unknown): string | null => textIn(thrown, 'code');

const textIn = (thrown: unknown, field: 'message' | 'code'): string | null => {
  if (typeof thrown !== 'object' || thrown === null || !(field in thrown)) return null;
  const value: unknown = Reflect.get(thrown, field);
  return typeof value === 'string' ? value : null;
};
