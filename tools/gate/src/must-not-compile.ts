// A file `*.must-not-compile.ts` holds lines that the types have to refuse, each under
//
//     // @ts-expect-error TS2345: a decider that emits what the table does not publish
//
// `tsc -b` alone fails when such a line compiles after all. It does not see a line that is refused for another reason
// (a name misspelt, an import that moved): that is what the code is for, and what is checked here.
import { compileErrors } from './compile.ts';

const marker = /@ts-expect-error(?: (?<code>TS\d+): \S)?/;

export interface Mistake {
  /** From 1. */
  readonly line: number;
  readonly says: string;
}

const isComment = (line: string): boolean => /^\s*(\/\/|$)/.test(line);

/** Where `text` is not refused as it says; empty when every line is. */
export const mistakes = (file: string, text: string): readonly Mistake[] => {
  const lines = text.split('\n');
  // The same text, with the markers made blind: every error shows.
  const errors = compileErrors(file, text.replaceAll('@ts-expect-error', 'ts-expect-error '));
  const expected = lines.flatMap((line, at) => {
    const found = marker.exec(line);
    if (found === null) return [];
    // As tsc counts: the marker stands for the next line that is not a comment.
    const next = lines.findIndex((candidate, index) => index > at && !isComment(candidate));
    return [{ line: at + 1, code: found.groups?.['code'], on: next + 1 }];
  });
  const unnamed = expected
    .filter(({ code }) => code === undefined)
    .map(({ line }) => ({ line, says: 'write `@ts-expect-error TS<code>: <why it must not compile>`' }));
  const missed = expected
    .filter(({ code, on }) => code !== undefined && !errors.some((error) => error.line === on && error.code === code))
    .map(({ line, code, on }) => {
      const instead = errors.filter((error) => error.line === on).map((error) => `${error.code} (${error.message})`);
      return { line, says: `expected ${String(code)}, found ${instead.length === 0 ? 'nothing' : instead.join(', ')}` };
    });
  const stray = errors
    .filter(({ line }) => !expected.some(({ on }) => on === line))
    .map(({ line, code, message }) => ({ line, says: `${code} where nothing was expected: ${message}` }));
  return [...unnamed, ...missed, ...stray].sort((one, other) => one.line - other.line);
};
