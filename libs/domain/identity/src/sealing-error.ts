/**
 * - `unknown_key`: sealed under a key that this process does not hold. Add it, after the active one, to
 *   LETHE_SEALING_KEYS; nothing is lost until the key itself is.
 * - `tampered`: not what was sealed, or not under this name: changed, moved to another name, or another key of the same id.
 * - `malformed`: no box of ours at all.
 */
export type SealingErrorCode = 'unknown_key' | 'tampered' | 'malformed';

const messages: Readonly<Record<SealingErrorCode, string>> = {
  unknown_key: 'sealed under a key that is not in LETHE_SEALING_KEYS',
  tampered: 'the box was changed, moved to another name, or sealed under another key of the same id',
  malformed: 'these bytes are not a sealed box',
};

/** A box that does not open. It carries a code and no data: neither what was sealed nor the cause's words about it. */
export class SealingError extends Error {
  readonly code: SealingErrorCode;
  constructor(code: SealingErrorCode) {
    super(messages[code]);
    this.name = 'SealingError';
    this.code = code;
  }
}
