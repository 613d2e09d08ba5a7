/** What the bench is asked for on its command line. Pure. */
import { parseArgs } from 'node:util';

export interface Options {
  readonly json: boolean;
  /** Names of lines; empty: all. */
  readonly only: readonly string[];
  readonly quick: boolean;
  /** Folder for flame graphs; null: none are made. */
  readonly profile: string | null;
  /** A missed bar is an error. */
  readonly strict: boolean;
  /** Puts the table into docs/benchmarks.md. */
  readonly write: boolean;
  /** Every amount of work is multiplied by it. */
  readonly size: number;
  readonly help: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = (lines: readonly string[]): string =>
  `npm run bench -- [options]

  --only NAME        one line of the bench, or several: repeat it, or separate them by commas
  --quick            less work and fewer runs: a first look, not a figure
  --json             one line of JSON per figure
  --profile [FOLDER] once more under the profiler: a flame graph per line
  --write            put the table into docs/benchmarks.md
  --strict           end with 1 when a figure misses its bar
  --size FACTOR      multiply the amount of work

Lines: ${lines.join(', ')}`;

/** @throws UsageError that says what is wrong */
export function optionsFrom(
  argv: readonly string[],
  known: { readonly lines: readonly string[]; readonly profileFolder: string },
): Options {
  const { values } = parsed(argv);
  const only = (values.only ?? []).flatMap((names) => names.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !known.lines.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(`no such line: ${unknown.join(', ')}; there are ${known.lines.join(', ')}`);
  }
  const size = Number(values.size ?? 1);
  if (!Number.isFinite(size) || size <= 0) throw new UsageError('--size must be a number above 0');
  if (values.write === true && (only.length > 0 || values.quick === true || size !== 1)) {
    throw new UsageError('--write puts a whole run into the paper: not with --only, --quick or --size');
  }
  return {
    json: values.json ?? false,
    only,
    quick: values.quick ?? false,
    profile: values.profile === '' ? known.profileFolder : (values.profile ?? null),
    strict: values.strict ?? false,
    write: values.write ?? false,
    size,
    help: values.help ?? false,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.map((argument, at) => (argument === '--profile' && !isFolder(argv[at + 1]) ? '--profile=' : argument)),
      options: {
        json: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean' },
        profile: { type: 'string' },
        strict: { type: 'boolean' },
        write: { type: 'boolean' },
        size: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the options make no sense', { cause: error });
  }
}

/** The folder of --profile may be left out, which parseArgs does not know of. */
const isFolder = (argument: string | undefined): boolean => argument !== undefined && !argument.startsWith('-');
