/** Opens dead letters under the sealing keys of the environment. */
import { type DeadLetter, readDeadLetter } from '@lethe/bus';
import { developmentKeys, KeysError, parseKeys, sealerOf, SealingError, type SealingErrorCode } from '@lethe/identity';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Letter } from './letters.ts';

export type Opened =
  | { readonly kind: 'open'; readonly letter: DeadLetter }
  | { readonly kind: 'closed'; readonly why: SealingErrorCode | 'not_a_letter' };

export type Opener = (letter: Letter) => Opened;

/** @throws KeysError */
export const openerOf = (env: Readonly<Record<string, string | undefined>>): Opener => {
  const development = developmentKeys();
  const text = env['LETHE_SEALING_KEYS']?.trim() ?? '';
  if (text === '' && env['NODE_ENV'] === 'production') throw new KeysError(['LETHE_SEALING_KEYS is missing']);
  const parsed = text === '' ? null : parseKeys(text, 'LETHE_SEALING_KEYS');
  if (parsed?.ok === false) throw new KeysError(parsed.problems);
  // Only boxes of bytes are opened: no pepper is ever asked for.
  const sealer = sealerOf({ sealing: parsed?.ring ?? development.sealing, peppers: development.peppers });
  return (letter) => {
    try {
      return { kind: 'open', letter: readDeadLetter(letter.record, (box) => sealer.openBytes(box)) };
    } catch (error) {
      return { kind: 'closed', why: error instanceof SealingError ? error.code : 'not_a_letter' };
    }
  };
};

export const whyClosed: Readonly<Record<Extract<Opened, { kind: 'closed' }>['why'], string>> = {
  unknown_key: 'it is sealed under a key that is not in LETHE_SEALING_KEYS',
  tampered: 'its seal is broken: it was changed, or sealed under another key of the same id',
  malformed: 'it holds no sealed box',
  not_a_letter: 'it is no dead letter of Lethe',
};

/** @throws CommandError when it does not open */
export const opened = (open: Opener, letter: Letter): DeadLetter => {
  const found = letter.notes === null ? ({ kind: 'closed', why: 'not_a_letter' } as const) : open(letter);
  if (found.kind === 'open') return found.letter;
  const remedy =
    found.why === 'unknown_key'
      ? 'Set LETHE_SEALING_KEYS to the keys of the services; when the key itself is gone, so is what the letter holds'
      : null;
  throw new CommandError(exitCodes.refused, `the dead letter cannot be opened: ${whyClosed[found.why]}`, remedy);
};
