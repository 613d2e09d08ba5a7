import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

export interface Options {
  /** A fresh run on servers and stores of its own, which it removes. */
  readonly once: boolean;
  /** The result as one line on stdout, everything else on stderr. */
  readonly json: boolean;
  /** The customer who asks; null: the next one of a list. */
  readonly subject: string | null;
  /** The file of the year. */
  readonly data: string;
  /** It is the shop's own file. */
  readonly ownData: boolean;
}

export const HELP = `npm start -- [options]

  --subject ID      the customer who asks to be forgotten (default: 15073, at a later start the next of a short list)
  --data FILE.csv   another file of the same columns, .csv or .csv.gz
  --once            a fresh run on temporary servers and stores, removed at the end; exit code 0: the case is closed
  --json            with --once: print the result as one line, everything else on stderr
`;

const ownFile = fileURLToPath(new URL('../data/online-retail.csv.gz', import.meta.url));

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError that says what is wrong; null: only help was asked for */
export function parseOptions(args: readonly string[]): Options | null {
  const { once, json, subject, data, help } = parsed(args);
  if (help === true) return null;
  if (json === true && once !== true) throw new UsageError('--json goes with --once');
  if (subject?.trim() === '') throw new UsageError('--subject needs a customer id');
  if (data !== undefined && !existsSync(data)) throw new UsageError(`there is no file ${data}`);
  return {
    once: once === true,
    json: json === true,
    subject: subject?.trim() ?? null,
    data: data ?? ownFile,
    ownData: data === undefined,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        subject: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // by shape: under jest it comes from another realm and is no `instanceof Error`
    const isExplained = typeof error === 'object' && error !== null && 'message' in error;
    throw new UsageError(isExplained ? String(error.message) : 'these options are not understood');
  }
}
