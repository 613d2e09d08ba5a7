/** `npm run codegen`: writes the generated types, or with `--check` says what has drifted. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractsFolder } from './contracts-folder.ts';
import { generate } from './generate.ts';

// `npm run codegen` writes libs/contracts/src/generated; with --check it only says what is out of date.
const target = join(contractsFolder, 'src/generated');
const wanted = generate(contractsFolder);

mkdirSync(target, { recursive: true });
const stale = [...wanted].filter(([file, text]) => textOf(join(target, file)) !== text).map(([file]) => file);
const surplus = readdirSync(target).filter((file) => !wanted.has(file));

if (process.argv.includes('--check')) {
  for (const file of [...stale, ...surplus])
    console.error(`libs/contracts/src/generated/${file} is out of date: npm run codegen`);
  process.exitCode = stale.length + surplus.length === 0 ? 0 : 1;
} else {
  for (const file of stale) writeFileSync(join(target, file), wanted.get(file) ?? '');
  for (const file of surplus) rmSync(join(target, file));
  console.log(`${wanted.size} files, ${stale.length} written, ${surplus.length} removed`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
