/** From the .avsc files to src/generated, file by file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inline, withoutDocs } from './inline.ts';
import { readSchemas } from './read-schemas.ts';
import { readReleased } from './released.ts';
import { isEvent } from './schema.ts';
import { eventTypes, textModule } from './typescript.ts';

/** What src/generated must hold, by file name, for the contracts in this folder. */
export function generate(contracts: string): ReadonlyMap<string, string> {
  const schemas = readSchemas(join(contracts, 'avro'));
  const events = [...schemas.values()].filter(isEvent);
  const folder = join(contracts, 'avro/released');
  const released = existsSync(folder) ? readReleased(folder) : [];
  return new Map([
    ['events.ts', eventTypes(schemas)],
    [
      'schemas.ts',
      "import type { Named } from './events.ts';\n\n" +
        textModule(
          'The current schema of every event as JSON text, nested types inlined.',
          'schemas',
          'Readonly<Record<Named, string>>',
          events.map((event) => [event.name, inline(event, schemas)] as const),
        ),
    ],
    [
      'released.ts',
      textModule(
        'Every released schema version as JSON text, without docs, by `<Name>.v<N>`.',
        'released',
        'Readonly<Record<string, string>>',
        released.map(({ name, version, schema }) => [`${name}.v${version}`, withoutDocs(schema)] as const),
      ),
    ],
  ]);
}
