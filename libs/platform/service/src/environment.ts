/** The environment of a service, with every variable that is kept in a file read from there. */
import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const FILE_VARIABLE = /^(LETHE_[A-Z0-9_]+)_FILE$/;

/**
 * `LETHE_PEPPERS_FILE=/run/keys/peppers` stands for LETHE_PEPPERS with the content of that file, and so for every `LETHE_...`
 * variable: a secret in a file shows in no listing of processes or containers. White space around the content is dropped.
 *
 * @throws ConfigError listing every file that cannot be read or is empty, and every variable given both ways; neither
 *   content nor path, since a secret may have been put where its path belongs
 */
export function withFiles(environment: Environment): Environment {
  const read: Record<string, string> = {};
  const problems: string[] = [];
  for (const [variable, path] of Object.entries(environment)) {
    const name = FILE_VARIABLE.exec(variable)?.[1];
    if (name === undefined || path === undefined || path === '') continue;
    if ((environment[name] ?? '') !== '') {
      problems.push(`${variable} and ${name} are both set: give one of them`);
      continue;
    }
    const content = contentOf(path);
    if ('problem' in content) problems.push(`${variable}: ${content.problem}`);
    else read[name] = content.text;
  }
  if (problems.length > 0)
    throw new ConfigError(`the configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return { ...environment, ...read };
}

function contentOf(path: string): { readonly text: string } | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
    return { problem: `the file that it names cannot be read (${code})` };
  }
  return text === '' ? { problem: 'the file that it names is empty' } : { text };
}
