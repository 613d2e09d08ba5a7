import { printable } from './printable.ts';

/** Columns for the person at the keyboard; null and undefined are shown as `-`. Ends without a line break. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly (string | number | boolean | null | undefined)[])[],
): string => {
  const texts = rows.map((row) => row.map((cell) => printable(shown(cell))));
  const widths = head.map((title, column) => Math.max(title.length, ...texts.map((row) => row[column]?.length ?? 0)));
  return [head, ...texts]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Names and their values, one per line. */
export const fields = (pairs: readonly (readonly [string, string | number | boolean | null | undefined])[]): string => {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${printable(shown(value))}`).join('\n');
};

const shown = (value: string | number | boolean | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);
