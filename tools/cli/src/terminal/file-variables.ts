/** Variables that are kept in files (`LETHE_SEALING_KEYS_FILE`), as the services read them. */
import type { Terminal } from './terminal.ts';

const FILE_VARIABLE = /^LETHE_[A-Z0-9_]+_FILE$/;

/** @throws ConfigError */
export const withFileVariables = async (terminal: Terminal): Promise<Terminal> => {
  if (!Object.keys(terminal.env).some((name) => FILE_VARIABLE.test(name))) return terminal;
  // Loaded when it is needed: it brings the platform with it.
  const { withFiles } = await import('./with-files.ts');
  return { ...terminal, env: withFiles(terminal.env) };
};
