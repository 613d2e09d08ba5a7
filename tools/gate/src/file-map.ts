// `npm run file-map` writes the packages and the File Map of ARCHITECTURE.md from what packages and files say of themselves.
import { paper, rewrite } from './papers.ts';
import { projects, type Project } from './project-files.ts';

/** One line per package, in the order of the workspaces. */
export const packageTable = (all: readonly Project[]): string =>
  [
    '| folder | package | what it is for |',
    '|---|---|---|',
    ...all.map(({ folder, name, description }) => `| ${folder} | ${name} | ${description.replace(/\.$/, '')} |`),
  ].join('\n');

const section = ({ folder, files }: Project): string =>
  [
    `**${folder}**`,
    '',
    ...files.map(({ path, summary }) => `- \`${path}\`${summary === null ? '' : `: ${summary}`}`),
  ].join('\n');

/** One line per file, by package. */
export const fileMap = (all: readonly Project[]): string =>
  all
    .filter(({ files }) => files.length > 0)
    .map(section)
    .join('\n\n');

if (import.meta.main) {
  const all = projects();
  rewrite(paper.architecture, 'packages', packageTable(all));
  rewrite(paper.architecture, 'file-map', fileMap(all));
}
