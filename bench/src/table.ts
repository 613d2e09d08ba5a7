/** Results as a table for a terminal, and for the paper. Pure. */
import type { Result } from './result.ts';

const head = ['figure', 'floor', 'ours', 'unit', 'ratio', 'bar', ''] as const;

export function textTable(results: readonly Result[]): string {
  const rows = [[...head], ...results.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(results: readonly Result[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (isNumber(column) ? '---:' : '---'));
  return [line(head), line(rule), ...results.map((result) => line(cellsOf(result)))].join('\n');
}

function cellsOf({ name, floor, ours, ratio, bar, ok, unit, ...spread }: Result): string[] {
  return [
    name,
    `${shown(floor)} (${shown(spread.floorMin)} to ${shown(spread.floorMax)})`,
    `${shown(ours)} (${shown(spread.oursMin)} to ${shown(spread.oursMax)})`,
    unit,
    `${shown(ratio)} (${shown(spread.ratioMin)} to ${shown(spread.ratioMax)})`,
    bar === null ? '-' : shown(bar),
    bar === null ? '' : ok ? 'ok' : 'missed',
  ];
}

/** The digits of a result are what it knows; thousands are set apart. */
const shown = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });

const isNumber = (column: number): boolean => ![0, 3, 6].includes(column);

const pad = (cell: string, width: number, column: number): string =>
  isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
