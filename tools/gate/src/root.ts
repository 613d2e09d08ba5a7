import { delimiter, join } from 'node:path';

/** The folder of the clone; every command of the gate runs there. */
export const root = join(import.meta.dirname, '..', '..', '..');

/** The environment that `npm run` gives: Node 24 and the installed tools come first on the PATH. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
};
