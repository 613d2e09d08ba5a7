/** A terminal in memory: what is typed is given, what is said is kept. For tests. */
import type { Terminal } from './terminal.ts';

export interface Given {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What stands on stdin; a list of lines is typed by a person. */
  readonly stdin?: string | Buffer | readonly string[];
  readonly interrupted?: AbortSignal;
}

export interface RecordedTerminal extends Terminal {
  readonly said: { readonly out: string; readonly notes: string };
}

export const recordedTerminal = ({ env = {}, stdin = '', interrupted }: Given): RecordedTerminal => {
  const said = { out: '', notes: '' };
  const isTyped = typeof stdin !== 'string' && !Buffer.isBuffer(stdin);
  return {
    env,
    said,
    stdin: {
      isTerminal: isTyped,
      read: (limit) => {
        const bytes = isTyped ? Buffer.alloc(0) : Buffer.from(stdin);
        return Promise.resolve(bytes.length > limit ? null : bytes);
      },
      typed: async function* (question) {
        for (const line of isTyped ? stdin : []) {
          said.notes += question();
          yield await Promise.resolve(line);
        }
      },
    },
    out: (text) => {
      said.out += text;
    },
    note: (line) => {
      said.notes += `${line}\n`;
    },
    interrupted: interrupted ?? new AbortController().signal,
  };
};
