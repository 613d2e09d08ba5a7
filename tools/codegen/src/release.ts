/** `npm run release-contracts`: freezes the present schemas as versions, unless one is incompatible. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { incompatibilities } from '@lethe/contracts';
import { contractsFolder } from './contracts-folder.ts';
import { inline } from './inline.ts';
import { readSchemas } from './read-schemas.ts';
import { readReleased, releasedFile } from './released.ts';
import { isEvent } from './schema.ts';
import { toRelease } from './versions.ts';

// `npm run release-contracts` freezes the current schema of every event that differs from its latest released version.
// All or nothing: one that old and new processes could not share during a rolling upgrade stops the whole release.
const avro = join(contractsFolder, 'avro');
const folder = join(avro, 'released');
mkdirSync(folder, { recursive: true });

const schemas = readSchemas(avro);
const current = [...schemas.values()].filter(isEvent).map((event) => inline(event, schemas));
const { additions, refusals } = toRelease(current, readReleased(folder), incompatibilities);

for (const refusal of refusals) console.error(refusal);
if (refusals.length > 0) {
  console.error('Nothing was released. Add fields as [null, X] with the default null; a new meaning is a new event.');
  process.exitCode = 1;
} else {
  for (const { name, version, schema } of additions) {
    writeFileSync(join(folder, releasedFile(name, version)), `${JSON.stringify(schema, null, 2)}\n`, { flag: 'wx' });
    console.log(`${name} v${version}`);
  }
  console.log(additions.length === 0 ? 'Every current version is released.' : 'Now npm run codegen.');
}
