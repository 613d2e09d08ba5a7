/** What is said while the example runs. `progress` is rewritten in place on a terminal and repeated now and then elsewhere. */
export interface Screen {
  line(text?: string): void;
  progress(text: string): void;
}

const EVERY_MS = 3_000;

export function screenOn(stream: NodeJS.WriteStream): Screen {
  let open = false;
  let last = -Infinity;
  return {
    line(text = '') {
      if (open) stream.write('\n');
      open = false;
      stream.write(`${text}\n`);
    },
    progress(text) {
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${text}`);
        open = true;
        return;
      }
      if (performance.now() - last < EVERY_MS) return;
      last = performance.now();
      stream.write(`${text}\n`);
    },
  };
}

/** Columns as wide as their widest cell; numbers to the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)));
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const isNumber = (at: number): boolean => rows.every((row) => typeof row[at] === 'number');
  const lineOf = (row: readonly string[]): string =>
    row.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ');
  return [lineOf(head), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(lineOf)].map((line) =>
    line.trimEnd(),
  );
}

export const count = (number: number): string => number.toLocaleString('en-GB');
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
