// `npm run quotes` writes into README.md the files that it quotes: between `<!-- path -->` and `<!-- /path -->`.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { isCurrent, paper, rewrite } from './papers.ts';
import { root } from './root.ts';

/** What the README quotes: code that the tests run. */
const quoted = ['examples/first-team/src/upstream.ts', 'examples/first-team/src/downstream.ts'] as const;

const quote = (path: string): string =>
  ['```' + extname(path).slice(1), readFileSync(join(root, path), 'utf8').trimEnd(), '```'].join('\n');

export const quotesAreCurrent = (): boolean => quoted.every((path) => isCurrent(paper.readme, path, quote(path)));

if (import.meta.main) for (const path of quoted) rewrite(paper.readme, path, quote(path));
