// `npm run file-map` writes the File Map of ARCHITECTURE.md from what packages and files say of themselves.
import { paper, rewrite } from './papers.ts';
import { projects, type Project } from './project-files.ts';

const section = ({ folder, name, description, files }: Project): string =>
  [
    `### ${folder}`,
    '',
    `\`${name}\`${description === null ? '' : `: ${description}`}`,
    '',
    ...files.map(({ path, summary }) => `- \`${path}\`${summary === null ? '' : `: ${summary}`}`),
  ].join('\n');

/** The File Map as it should stand. */
export const fileMap = (all: readonly Project[]): string =>
  all
    .filter(({ files }) => files.length > 0)
    .map(section)
    .join('\n\n');

if (import.meta.main) {
  rewrite(paper.architecture, 'file-map', fileMap(projects()));
}
