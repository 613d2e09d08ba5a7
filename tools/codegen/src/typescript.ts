import { localName } from './read-schemas.ts';
import { isEvent, isList } from './schema.ts';
import type { NamedSchema, Schema } from './schema.ts';

const banner = '// Generated from avro/*.avsc by `npm run codegen`; do not edit.\n';

/** src/generated/events.ts: every schema as a readonly type, its docs as TSDoc. */
export function eventTypes(schemas: ReadonlyMap<string, NamedSchema>): string {
  const events = [...schemas.values()].filter(isEvent);
  return [
    banner,
    ...[...schemas.values()].map(typeOf),
    '/** Every event by name. */',
    'export interface Events {',
    ...events.map(({ name }) => `  readonly ${name}: ${name};`),
    '}\n',
    '/** The name of an event: its record type without the namespace. */',
    'export type Named = keyof Events;\n',
    '/** The events of these names, as a handler receives them. */',
    'export type EventOf<N extends Named> = Events[N];\n',
    '/** An event under its name, as a decider emits it and a decoder returns it: a discriminated union when `N` is one. */',
    'export type NamedEvent<N extends Named = Named> = {',
    '  readonly [K in N]: { readonly name: K; readonly event: Events[K] };',
    '}[N];\n',
    '/** All names, for tables and checks at run time. */',
    'export const eventNames = [',
    ...events.map(({ name }) => `  '${name}',`),
    '] as const satisfies readonly Named[];',
    '',
  ].join('\n');
}

function typeOf(schema: NamedSchema): string {
  const doc = tsdoc(schema.doc, '');
  if (schema.type === 'enum') {
    return `${doc}export type ${schema.name} =${schema.symbols.map((symbol) => `\n  | '${symbol}'`).join('')};\n`;
  }
  const fields = schema.fields.map(
    (field) => `${tsdoc(field.doc, '  ')}  readonly ${field.name}: ${valueType(field.type)};\n`,
  );
  return `${doc}export interface ${schema.name} {\n${fields.join('')}}\n`;
}

function valueType(schema: Schema): string {
  if (isList(schema)) {
    const [, value] = schema;
    return value === undefined ? 'null' : `${valueType(value)} | null`;
  }
  if (typeof schema === 'string') return primitiveTypes[schema] ?? localName(schema);
  switch (schema.type) {
    case 'array':
      return `readonly ${valueType(schema.items)}[]`;
    case 'long':
      return 'Date';
    case 'enum':
    case 'record':
      return schema.name;
  }
}

const primitiveTypes: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  string: 'string',
  bytes: 'Uint8Array',
};

const tsdoc = (doc: string, indent: string): string => `${indent}/** ${doc.replaceAll('*/', '*\\/')} */\n`;

/** A module of JSON texts by key, so that nothing is read from files at run time. */
export function textModule(
  doc: string,
  name: string,
  type: string,
  entries: readonly (readonly [string, unknown])[],
): string {
  return [
    banner,
    `/** ${doc} */`,
    `export const ${name}: ${type} = {`,
    ...entries.map(([key, value]) => `  ${/^\w+$/.test(key) ? key : `'${key}'`}: ${literal(JSON.stringify(value))},`),
    '};',
    '',
  ].join('\n');
}

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
