/** The figures in docs/benchmarks.md: written by a run, never by hand. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Line } from './line.ts';
import { type Machine, machineText } from './machine.ts';
import type { Result } from './result.ts';
import { markdownTable } from './table.ts';

export const paper = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const open = '<!-- figures: npm run bench -- --write -->\n';
const close = '\n<!-- /figures -->';

export interface Report {
  readonly machine: Machine;
  readonly servers: string;
  readonly results: readonly Result[];
  readonly lines: readonly Pick<Line, 'name' | 'floorIs' | 'oursIs'>[];
}

/** Pure. @throws when the paper has no place for them */
export function withFigures(text: string, { machine, servers, results, lines }: Report): string {
  const from = text.indexOf(open);
  const to = text.indexOf(close, from);
  if (from < 0 || to < 0) throw new Error(`docs/benchmarks.md has no lines ${open.trim()} and ${close.trim()}`);
  const generated = [
    `${machineText(machine)}; servers: ${servers}.`,
    markdownTable(results),
    'What stands beside what:',
    lines.map(({ name, floorIs, oursIs }) => `- **${name}**. Floor: ${floorIs}. Ours: ${oursIs}.`).join('\n'),
  ].join('\n\n');
  return `${text.slice(0, from)}${open}\n${generated}\n${text.slice(to)}`;
}

export async function writeFigures(report: Report): Promise<void> {
  await writeFile(paper, withFigures(await readFile(paper, 'utf8'), report));
}
