/** `lethe` as a function, for tests that look at it from outside; people and scripts start bin/lethe.mjs. */
import { runLethe } from './program.ts';
import { type Given, recordedTerminal } from './terminal/recorded-terminal.ts';

/** What a command ended with and said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  /** stderr. */
  readonly notes: string;
}

export const ran = async (words: readonly string[], given: Given = {}): Promise<Ran> => {
  const terminal = recordedTerminal(given);
  const code = await runLethe(words, terminal);
  return { code, ...terminal.said };
};
