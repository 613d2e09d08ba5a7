#!/usr/bin/env node
// Starts `lethe` from its sources on Node 24: nothing has to be built. Plain JavaScript, because an older Node starts
// it as well and has to find its way to the Node 24 that `npm ci` put beside it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';

const wanted = 24;
/** Set for the Node that this launcher starts, so that a wrong one is told once instead of started for ever. */
const once = 'LETHE_CLI_RESTARTED';

if (Number(process.versions.node.split('.')[0]) === wanted) {
  delete process.env[once];
  nodeModule.registerHooks({
    // As `--conditions=@lethe/source`: our packages are read from their sources.
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, '@lethe/source'] }),
  });
  await import('../src/main.ts');
} else {
  const node = process.env[once] === undefined ? installed() : null;
  if (node === null) {
    console.error(
      `lethe runs on Node ${wanted}; this is Node ${process.versions.node}.\n` +
        'Run `npm ci` in the clone (without --ignore-scripts: the package `node` fetches its binary in an install script).',
    );
    process.exit(1);
  }
  const { status } = spawnSync(node, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, [once]: '1' } });
  process.exit(status ?? 1);
}

function installed() {
  try {
    const folder = dirname(nodeModule.createRequire(import.meta.url).resolve('node/package.json'));
    return ['node', 'node.exe'].map((name) => join(folder, 'bin', name)).find(existsSync) ?? null;
  } catch {
    return null; // not installed: said above
  }
}
