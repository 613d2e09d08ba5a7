/** The terminal of this process. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { exitCodes } from '../exit-codes.ts';
import { printable } from './printable.ts';
import type { Input, Terminal } from './terminal.ts';

/** How long a command may take to end well after Ctrl-C. */
const INTERRUPTED_MS = 3_000;

export const processTerminal = (): Terminal => {
  const stopping = new AbortController();
  process.once('SIGINT', () => {
    stopping.abort();
    // What waits for a server that does not answer is not waited for.
    setTimeout(() => process.exit(exitCodes.interrupted), INTERRUPTED_MS).unref();
  });
  // `lethe request list | head`: whoever reads has had enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.unread);
    throw error;
  });
  return {
    env: process.env,
    stdin: processInput(stopping),
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`),
    interrupted: stopping.signal,
  };
};

const processInput = (stopping: AbortController): Input => ({
  isTerminal: process.stdin.isTTY,
  read: async (limit) => {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of process.stdin as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length > limit) return null;
    }
    return Buffer.concat(parts);
  },
  typed: (question) => typed(question, stopping),
});

/** One reader for all lines: several of them may be pasted at once. */
async function* typed(question: () => string, stopping: AbortController): AsyncGenerator<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  const lines: string[] = [];
  const end = new AbortController();
  let wake = (): void => undefined;
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  reader.once('close', () => {
    end.abort();
    wake();
  });
  reader.once('SIGINT', () => {
    stopping.abort();
    reader.close();
  });
  try {
    for (;;) {
      process.stderr.write(question());
      if (lines.length === 0 && !end.signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      process.stderr.write('\n');
      const line = lines.shift();
      if (line === undefined) return;
      yield line;
    }
  } finally {
    reader.close();
  }
}
