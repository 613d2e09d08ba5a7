// A process of its own: ESLint and Nx load configuration by import(), which jest's module system would take over.
// Reads [{ file, text }] from standard input, writes [[{ rule, message }]].
import { text as readAll } from 'node:stream/consumers';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { root } from './root.ts';

export interface Snippet {
  /** A file that exists, from the root of the clone: it decides which project and which rooms the text is in. */
  readonly file: string;
  readonly text: string;
}

export interface Complaint {
  readonly rule: string | null;
  readonly message: string;
}

const eslint = new ESLint({ cwd: root });
const snippets = JSON.parse(await readAll(process.stdin)) as readonly Snippet[];
const complaints: (readonly Complaint[])[] = [];
for (const { file, text } of snippets) {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  complaints.push((result?.messages ?? []).map(({ ruleId, message }) => ({ rule: ruleId, message })));
}
console.log(JSON.stringify(complaints));
